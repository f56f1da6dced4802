import { readTimings, type ServerTimings } from './server-api.ts';

/** How a reply ended, and what the server timed; undefined where it did not say. */
export interface ReplyEnd {
  readonly how: 'done' | 'aborted' | 'failed';
  readonly timings: ServerTimings | undefined;
  /** True once the prompt was computed. */
  readonly begun: boolean;
}

/** Counts of a reply as they are told, the tokens that were computed ahead for this very request taken out of its hits. */
function usageOf(
  { cache_n: cached, prompt_n: computed, predicted_n: output = 0 }: ServerTimings,
  computedAhead: number,
): object {
  const input = (cached ?? 0) + computed;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined
      ? {}
      : { prompt_tokens_details: { cached_tokens: Math.max(0, cached - computedAhead) } }),
  };
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
  computedAhead: number,
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
      const read = bytes.length > maxLineBytes ? undefined : readLine(bytes, computedAhead);
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

/** End of a reply that came in one piece, and its text where another one is to be sent. */
export function readReply(
  bytes: ArrayBuffer,
  computedAhead: number,
): { readonly end: ReplyEnd; readonly text?: string } {
  const payload = parse(new TextDecoder().decode(bytes));
  const timings = readTimings(payload);
  const end: ReplyEnd = { how: 'done', timings, begun: true };
  const told = timings && withUsage(payload, timings, computedAhead);
  return told === undefined ? { end } : { end, text: JSON.stringify(told) };
}

/** The payload with usage where it has none, or has hits that are none; undefined when it is right as it is. */
function withUsage(
  payload: unknown,
  timings: ServerTimings,
  computedAhead: number,
): object | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const told = 'usage' in payload && payload.usage !== null;
  if (told && computedAhead === 0) return undefined;
  return { ...payload, usage: usageOf(timings, computedAhead) };
}

function readLine(
  bytes: Uint8Array,
  computedAhead: number,
): { readonly timings?: ServerTimings; readonly rewritten?: Uint8Array } | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith('data:')) return undefined;
  if (!text.includes('"timings"')) return {};
  const payload = parse(text.slice('data:'.length));
  const timings = readTimings(payload);
  if (timings === undefined) return {};
  const told = withUsage(payload, timings, computedAhead);
  if (told === undefined) return { timings };
  return { timings, rewritten: new TextEncoder().encode(`data: ${JSON.stringify(told)}\n`) };
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
