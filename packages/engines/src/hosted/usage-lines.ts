import { dataOf, parseJSON, type LineEditor } from '../http/event-lines.ts';
import type { UsageReader } from './hosted-dialect.ts';

/** Shows the payloads of a stream that tell of usage to a reader, and passes every line as it is. */
export class UsageLines implements LineEditor {
  readonly #reader: UsageReader;
  readonly #first: () => void;
  #begun = false;

  constructor(reader: UsageReader, first: () => void) {
    this.#reader = reader;
    this.#first = first;
  }

  get complete(): boolean {
    return this.#reader.billed !== undefined;
  }

  line(bytes: Uint8Array): readonly Uint8Array[] {
    const data = dataOf(bytes);
    if (data === undefined) return [bytes];
    if (!this.#begun) {
      this.#begun = true;
      this.#first();
    }
    if (data.includes('"usage"')) this.#reader.see(parseJSON(data));
    return [bytes];
  }

  rest(): readonly Uint8Array[] {
    return [];
  }
}
