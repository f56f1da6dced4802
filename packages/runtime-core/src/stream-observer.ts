import type { ModelApi } from './responses-api.ts';

/** Bytes of a stream's end that are kept to find its usage: a usage chunk is well under 2 KB. */
const tailBytes = 16_384;
/** The event that ends a stream; the same letters inside a reply stand in JSON and never begin a line. */
const done: Readonly<Record<ModelApi, RegExp>> = {
  '/chat/completions': /(?:^|\n)data:\s*\[DONE\]/,
  // Some servers name the event only in its data.
  '/responses':
    /(?:^|\n)(?:data:\s*\[DONE\]|(?:event:|data:\s*\{\s*"type":)\s*"?response\.(?:completed|incomplete)\b)/,
  '/messages': /(?:^|\n)(?:event:|data:\s*\{\s*"type":)\s*"?message_stop\b/,
};
/** The event by which a stream tells that no reply came of it; chat completions have none. */
const failure: Readonly<Partial<Record<ModelApi, RegExp>>> = {
  '/responses': /(?:^|\n)(?:event:|data:\s*\{\s*"type":)\s*"?response\.failed\b/,
  '/messages': /(?:^|\n)(?:event:|data:\s*\{\s*"type":)\s*"?error\b/,
};
/** Characters of earlier chunks in which a first token may have begun. */
const carriedCharacters = 128;
/**
 * A first token shows as a non-empty content delta or as a tool-call delta. The events of a Responses stream begin with
 * an echo of the request, names of tools included, so there only deltas count.
 */
const firstToken: Readonly<Record<ModelApi, RegExp>> = {
  '/chat/completions': /"(?:content|reasoning_content|arguments|name)"\s*:\s*"[^"]/,
  '/responses': /"type"\s*:\s*"response\.[a-z_.]+\.delta"/,
  '/messages': /"type"\s*:\s*"(?:content_block_delta|tool_use)"/,
};
/** The first event of a Messages stream, which counts the input; the last one need not repeat it. */
const opening = /(?:^|\n)(data:\s*\{[^\n]*"message_start"[^\n]*)\n/;
/**
 * Token counts in the last event of a Responses stream. It repeats the whole reply, so that its line may begin before
 * the tail does; a quote inside the reply is escaped, and a tool's schema holds no counts.
 */
const counts = /"usage"\s*:\s*(\{[^{}]*"input_tokens"\s*:\s*\d[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/g;

export type StreamEnd =
  | { readonly how: 'done'; readonly tail: string }
  | { readonly how: 'aborted' }
  | { readonly how: 'failed'; readonly error: unknown };

/**
 * Passes an SSE body through untouched and says when its first token came and how it ended. Per chunk it keeps a
 * reference and allocates no text once the first token is seen. A completed stream counts as done also when the client
 * cancels after its last event, as OpenAI clients do after `[DONE]`.
 */
export function observeStream(
  body: ReadableStream<Uint8Array>,
  api: ModelApi,
  said: { readonly firstToken: () => void; readonly end: (end: StreamEnd) => void },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let carried = '';
  /** Of a Messages stream: what came before its first token, then the event that counts the input. */
  let begun = '';
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let waitingForFirst = true;
  let ended = false;

  const tail = (): string => {
    const text = new TextDecoder().decode(concatenate(kept, keptBytes));
    const first = opening.exec(begun)?.[1];
    return first === undefined || text.includes(first) ? text : `${first}\n${text}`;
  };
  const end = (how: StreamEnd): void => {
    if (ended) return;
    ended = true;
    said.end(how);
  };
  const see = (chunk: Uint8Array): void => {
    if (waitingForFirst) {
      const decoded = decoder.decode(chunk, { stream: true });
      if (api === '/messages' && begun.length < tailBytes) begun += decoded;
      const text = carried + decoded;
      carried = text.slice(-carriedCharacters);
      if (firstToken[api].test(text)) {
        waitingForFirst = false;
        said.firstToken();
      }
    }
    kept.push(chunk);
    keptBytes += chunk.byteLength;
    while (keptBytes - (kept[0]?.byteLength ?? 0) > tailBytes) {
      keptBytes -= kept.shift()?.byteLength ?? 0;
    }
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done: over, value } = await reader.read();
        if (over) {
          end(finished(tail(), api));
          kept = [];
          controller.close();
          return;
        }
        see(value);
        controller.enqueue(value);
      } catch (error) {
        end({ how: 'failed', error });
        controller.error(error);
      }
    },
    async cancel(reason) {
      const text = tail();
      const over = done[api].test(text) || (api === '/responses' && lastCounts(text) !== undefined);
      end(over ? finished(text, api) : { how: 'aborted' });
      await reader.cancel(reason);
    },
  });
}

function finished(tail: string, api: ModelApi): StreamEnd {
  if (failure[api]?.test(tail) === true) {
    return { how: 'failed', error: new Error('the reply failed, as its last event says') };
  }
  return { how: 'done', tail };
}

/**
 * The last JSON payload of an SSE text that carries a usage object, or the response in it that does; undefined when
 * there is none. Of a Messages stream the counts of its first event are added where the last one does not repeat them.
 */
export function lastUsagePayload(tail: string): unknown {
  for (const line of tail.split('\n').toReversed()) {
    const payload = usagePayload(line);
    if (hasUsage(payload))
      return payload.type === 'message_delta' ? wholeCounts(payload, tail) : payload;
    if (hasResponse(payload) && hasUsage(payload.response)) return payload.response;
  }
  return lastCounts(tail);
}

/** The tail may begin in the middle of a line; only whole lines count. */
function usagePayload(line: string): unknown {
  if (!line.startsWith('data:') || !line.includes('"usage"')) return undefined;
  try {
    return JSON.parse(line.slice('data:'.length));
  } catch {
    return undefined;
  }
}

function wholeCounts(last: Counted, tail: string): unknown {
  const start = opening.exec(tail)?.[1];
  const payload = start === undefined ? undefined : usagePayload(start);
  const message =
    typeof payload === 'object' && payload !== null && 'message' in payload
      ? payload.message
      : undefined;
  if (!hasUsage(message)) return last;
  const told = Object.entries(last.usage).filter(([, figure]) => figure !== null);
  return { ...message, usage: { ...message.usage, ...Object.fromEntries(told) } };
}

interface Counted {
  readonly type?: unknown;
  readonly usage: object;
}

function hasUsage(payload: unknown): payload is Counted {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'usage' in payload &&
    typeof payload.usage === 'object' &&
    payload.usage !== null
  );
}

function hasResponse(payload: unknown): payload is { readonly response: unknown } {
  return typeof payload === 'object' && payload !== null && 'response' in payload;
}

/** What is left of a Responses reply whose last event began before the tail. */
function lastCounts(tail: string): { readonly usage: unknown } | undefined {
  const found = [...tail.matchAll(counts)].at(-1)?.[1];
  if (found === undefined) return undefined;
  try {
    return { usage: JSON.parse(found) };
  } catch {
    return undefined;
  }
}

function concatenate(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
