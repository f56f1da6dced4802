import {
  dataLine,
  dataOf,
  editLines,
  parseJSON,
  type LineEditor,
  type StreamEnd,
} from '../http/event-lines.ts';
import { readTimings, type ServerTimings } from './server-api.ts';

/** How a reply ended, and what the server timed; undefined where it did not say. */
export interface ReplyEnd {
  readonly how: StreamEnd;
  readonly timings: ServerTimings | undefined;
  /** True once the prompt was computed. */
  readonly begun: boolean;
}

/**
 * Passes an event stream through and says how it ended. The chunk that carries the server's timings gets the usage that
 * follows from them where it has none: so the runtime learns what a call used also where the app did not ask for it.
 */
export function watchStream(
  body: ReadableStream<Uint8Array>,
  computedAhead: number,
  ended: (end: ReplyEnd) => void,
): ReadableStream<Uint8Array> {
  const editor = new TimingsEditor(computedAhead);
  return editLines(body, editor, (how) =>
    ended({ how, timings: editor.timings, begun: editor.begun }),
  );
}

class TimingsEditor implements LineEditor {
  readonly #computedAhead: number;
  timings: ServerTimings | undefined;
  begun = false;

  constructor(computedAhead: number) {
    this.#computedAhead = computedAhead;
  }

  get complete(): boolean {
    return this.timings !== undefined;
  }

  line(bytes: Uint8Array): readonly Uint8Array[] {
    const data = dataOf(bytes);
    if (data === undefined) return [bytes];
    this.begun = true;
    if (!data.includes('"timings"')) return [bytes];
    const payload = parseJSON(data);
    const timings = readTimings(payload);
    this.timings = timings ?? this.timings;
    const told = timings && withUsage(payload, timings, this.#computedAhead);
    return [told === undefined ? bytes : dataLine(told)];
  }

  rest(): readonly Uint8Array[] {
    return [];
  }
}

/** End of a reply that came in one piece, and its text where another one is to be sent. */
export function readReply(
  bytes: Uint8Array,
  computedAhead: number,
): { readonly end: ReplyEnd; readonly text?: string } {
  const payload = parseJSON(new TextDecoder().decode(bytes));
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

/** Tokens that were computed ahead for this very request are no hits, though the server found them in the slot. */
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
