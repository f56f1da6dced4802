/** Splits the text of a server-sent event stream into the payloads of its `data` lines, whatever the chunks' borders. */
export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** Payloads that `bytes` completes, in order. */
  push(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r/u);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => {
      if (!line.startsWith('data:')) return [];
      const payload = line.slice('data:'.length).trimStart();
      return payload === '' ? [] : [payload];
    });
  }
}
