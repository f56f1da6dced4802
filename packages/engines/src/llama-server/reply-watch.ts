import { readTimings, type ServerTimings } from './server-api.ts';

/** How a reply ended, and what the server timed; undefined where it did not say. */
export interface ReplyEnd {
  readonly how: 'done' | 'aborted' | 'failed';
  readonly timings: ServerTimings | undefined;
  /** True once the prompt was computed. */
  readonly begun: boolean;
}

/** Longest line that is looked at; longer ones pass unread. */
const maxLineBytes = 1 << 20;
const newline = 0x0a;

/**
 * Passes an event stream through and says how it ended. The chunk that carries the server's timings gets the usage that
 * follows from them where it has none: so the runtime learns what a call used also where the app did not ask for it.
 */
export function watchStream(
  body: ReadableStream<Uint8Array>,
  ended: (end: ReplyEnd) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let line: Uint8Array[] = [];
  let lineBytes = 0;
  let timings: ServerTimings | undefined;
  let begun = false;
  let over = false;
  const end = (how: ReplyEnd['how']): void => {
    if (over) return;
    over = true;
    ended({ how, timings, begun });
  };
  /** Whole lines of what came so far, with usage where it was missing; the rest waits for its end. */
  const pass = (chunk: Uint8Array): Uint8Array[] => {
    const out: Uint8Array[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      const bytes = joined([...line, chunk.subarray(from, at + 1)]);
      line = [];
      lineBytes = 0;
      from = at + 1;
      const read = bytes.length > maxLineBytes ? undefined : readLine(bytes);
      begun ||= read !== undefined;
      timings = read?.timings ?? timings;
      out.push(read?.rewritten ?? bytes);
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
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (let sent = false; !sent;) {
          const { done, value } = await reader.read();
          if (done) {
            for (const bytes of line) if (bytes.length > 0) controller.enqueue(bytes);
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
        controller.error(error);
      }
    },
    async cancel(reason) {
      end(timings === undefined ? 'aborted' : 'done');
      await reader.cancel(reason);
    },
  });
}

/** End of a reply that came in one piece. */
export function endOfReply(bytes: ArrayBuffer): ReplyEnd {
  return { how: 'done', timings: readTimings(parse(new TextDecoder().decode(bytes))), begun: true };
}

function readLine(
  bytes: Uint8Array,
): { readonly timings?: ServerTimings; readonly rewritten?: Uint8Array } | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith('data:')) return undefined;
  if (!text.includes('"timings"')) return {};
  const payload = parse(text.slice('data:'.length));
  const timings = readTimings(payload);
  if (timings === undefined) return {};
  if (typeof payload !== 'object' || payload === null || 'usage' in payload) return { timings };
  const usage = usageOf(timings);
  const rewritten = new TextEncoder().encode(`data: ${JSON.stringify({ ...payload, usage })}\n`);
  return { timings, rewritten };
}

function usageOf({
  cache_n: cached,
  prompt_n: computed,
  predicted_n: output,
}: ServerTimings): object {
  const input = (cached ?? 0) + computed;
  return {
    prompt_tokens: input,
    completion_tokens: output ?? 0,
    total_tokens: input + (output ?? 0),
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off or no JSON: the app gets it as it came.
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
