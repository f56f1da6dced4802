/** Longest line that is looked at; longer ones pass unread. */
const maxLineBytes = 1 << 20;
const newline = 0x0a;

/** Hears a stream line by line, and says what goes on in place of each. */
export interface LineEditor {
  /** @param bytes a whole line with its end */
  line(bytes: Uint8Array): readonly Uint8Array[];
  /** What was held back when the stream ends. */
  rest(): readonly Uint8Array[];
  /** Everything that a reader wants to have seen has come. */
  readonly complete: boolean;
}

export type StreamEnd = 'done' | 'aborted' | 'failed';

/** Passes a stream through an editor, line by line; bytes that are no whole line pass as they are. */
export function editLines(
  body: ReadableStream<Uint8Array>,
  editor: LineEditor,
  ended: (how: StreamEnd) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let line: Uint8Array[] = [];
  let lineBytes = 0;
  let over = false;
  let broken: { readonly error: unknown } | undefined;
  const end = (how: StreamEnd): void => {
    if (over) return;
    over = true;
    ended(how);
  };
  const pass = (chunk: Uint8Array): Uint8Array[] => {
    const out: Uint8Array[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      const bytes = joined([...line, chunk.subarray(from, at + 1)]);
      line = [];
      lineBytes = 0;
      from = at + 1;
      out.push(...(bytes.length > maxLineBytes ? [bytes] : editor.line(bytes)));
    }
    line.push(chunk.subarray(from));
    lineBytes += chunk.length - from;
    if (lineBytes > maxLineBytes) {
      out.push(...line);
      line = [];
      lineBytes = 0;
    }
    return out;
  };
  /** What was held back goes out; whether anything was. */
  const flush = (controller: ReadableStreamDefaultController<Uint8Array>): boolean => {
    const held = [...editor.rest(), ...line].filter((bytes) => bytes.length > 0);
    line = [];
    for (const bytes of held) controller.enqueue(bytes);
    return held.length > 0;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (broken !== undefined) {
        controller.error(broken.error);
        return;
      }
      try {
        for (let sent = false; !sent;) {
          const { done, value } = await reader.read();
          if (done) {
            flush(controller);
            end('done');
            controller.close();
            return;
          }
          for (const bytes of pass(value)) {
            controller.enqueue(bytes);
            sent = true;
          }
        }
      } catch (error) {
        end('failed');
        broken = { error };
        // A stream that errors drops what nobody has read of it, so the error waits for the next read.
        if (!flush(controller)) controller.error(error);
      }
    },
    async cancel(reason) {
      end(editor.complete ? 'done' : 'aborted');
      await reader.cancel(reason);
    },
  });
}

/** The payload of a `data:` line as text; undefined for any other line. */
export function dataOf(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('data:') ? text.slice('data:'.length).trim() : undefined;
}

export function dataLine(payload: object): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(payload)}\n`);
}

/** Undefined for what is no JSON: cut off, or never meant to be any. */
export function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
