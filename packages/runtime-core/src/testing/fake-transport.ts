import type { RequestBody } from '../engine-driver.ts';
import type { Milliseconds } from '../identities.ts';
import type { Usage } from '../usage.ts';
import { completionReply, errorReply, type FakeReply, streamEvents } from './fake-replies.ts';

/** A request that the engine has taken in: what it read from the cache and what it will say. */
export interface Taken {
  readonly usage: Usage;
  readonly reply: FakeReply;
  /** Prefill and decode time; 0 = answered at once. */
  readonly prefillMs: Milliseconds;
  readonly decodeMs: Milliseconds;
}

export interface FakeTransportOptions {
  /** Throws `TypeError` for a body it cannot render. */
  readonly take: (body: RequestBody) => Taken;
  /** The request is over, however it ended. Called once. */
  readonly over: () => void;
  readonly wait: (ms: Milliseconds, signal: AbortSignal) => Promise<void>;
}

/** `fetch` of an OpenAI-compatible API. Rejects only with the caller's abort. */
export function createFakeFetch(options: FakeTransportOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // The caller's own signal: a Request passes an abort on only as long as it is not garbage collected.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : request.signal);
    signal.throwIfAborted();
    const { pathname } = new URL(request.url);
    if (request.method !== 'POST' || !pathname.endsWith('/chat/completions')) {
      return errorReply(404, 'not_found', `${request.method} ${pathname} is not served`);
    }
    const body = parse(await request.text());
    if (body === undefined) return errorReply(400, 'bad_request', 'the body is not a JSON object');
    if (body['n'] !== undefined && body['n'] !== 1) {
      return errorReply(
        400,
        'unsupported_field',
        `"n" is not supported: ${JSON.stringify(body['n'])}`,
      );
    }
    let taken: Taken;
    try {
      taken = options.take(body);
    } catch (error) {
      return errorReply(400, 'bad_request', String(error));
    }
    return answer(body, taken, signal, options);
  };
}

async function answer(
  body: RequestBody,
  { usage, reply, prefillMs, decodeMs }: Taken,
  signal: AbortSignal,
  { over, wait }: FakeTransportOptions,
): Promise<Response> {
  if (reply.status !== undefined && reply.status >= 400) {
    over();
    return errorReply(reply.status, 'failed', reply.text);
  }
  const streams = body['stream'] === true;
  try {
    await wait(streams ? prefillMs : prefillMs + decodeMs, signal);
  } catch (error) {
    over();
    throw error;
  }
  if (!streams) {
    over();
    return completionReply(reply, usage);
  }
  const events = streamEvents(reply, asksForUsage(body) ? usage : undefined);
  const breaksAt = reply.breaksAfterWords === undefined ? Infinity : reply.breaksAfterWords + 1;
  const stream = eventStream(events, {
    breaksAt,
    signal,
    over,
    decode: () => wait(decodeMs, signal),
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

interface StreamOptions {
  readonly breaksAt: number;
  readonly signal: AbortSignal;
  readonly over: () => void;
  readonly decode: () => Promise<void>;
}

/** One event per read; the time of decoding lies before the finish. */
function eventStream(
  events: readonly string[],
  { breaksAt, signal, over, decode }: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          signal.throwIfAborted();
          if (at === breaksAt) throw new TypeError('the connection broke');
          const event = events[at];
          if (event === undefined) {
            over();
            controller.close();
            return;
          }
          if (/"finish_reason":"/.test(event)) await decode();
          at += 1;
          controller.enqueue(encoder.encode(event));
        } catch (error) {
          over();
          controller.error(error);
        }
      },
      cancel: () => over(),
    },
    { highWaterMark: 0 },
  );
}

function asksForUsage(body: RequestBody): boolean {
  const options = body['stream_options'];
  const asked =
    typeof options === 'object' &&
    options !== null &&
    'include_usage' in options &&
    options.include_usage === true;
  // A managed call is always told: the runtime needs the counts.
  return asked || body['entresol_call'] !== undefined;
}

function parse(text: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    // Answered as a bad request, like a server does.
    return undefined;
  }
}
