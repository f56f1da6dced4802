/** Bytes of a stream's end that are kept to find its usage: a usage chunk is well under 2 KB. */
const tailBytes = 16_384;
/** The event that ends an OpenAI stream; the same letters inside a reply stand in JSON and never begin a line. */
const done = /(?:^|\n)data:\s*\[DONE\]/;
/** Characters of earlier chunks in which a first token may have begun. */
const carriedCharacters = 128;
/** A first token shows as a non-empty content delta or as a tool-call delta. */
const firstToken = /"(?:content|reasoning_content|arguments|name)"\s*:\s*"[^"]/;

export type StreamEnd =
  | { readonly how: 'done'; readonly tail: string }
  | { readonly how: 'aborted' }
  | { readonly how: 'failed'; readonly error: unknown };

/**
 * Passes an SSE body through untouched and says when its first token came and how it ended. Per chunk it keeps a
 * reference and allocates no text once the first token is seen. A completed stream counts as done also when the client
 * cancels after `[DONE]`, as OpenAI clients do.
 */
export function observeStream(
  body: ReadableStream<Uint8Array>,
  said: { readonly firstToken: () => void; readonly end: (end: StreamEnd) => void },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let carried = '';
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let waitingForFirst = true;
  let ended = false;

  const tail = (): string => new TextDecoder().decode(concatenate(kept, keptBytes));
  const end = (how: StreamEnd): void => {
    if (ended) return;
    ended = true;
    said.end(how);
  };
  const see = (chunk: Uint8Array): void => {
    if (waitingForFirst) {
      const text = carried + decoder.decode(chunk, { stream: true });
      carried = text.slice(-carriedCharacters);
      if (firstToken.test(text)) {
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
          end({ how: 'done', tail: tail() });
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
      end(done.test(text) ? { how: 'done', tail: text } : { how: 'aborted' });
      await reader.cancel(reason);
    },
  });
}

/** The last JSON payload of an SSE text that carries a usage object; undefined when none does. */
export function lastUsagePayload(tail: string): unknown {
  for (const line of tail.split('\n').toReversed()) {
    if (!line.startsWith('data:') || !line.includes('"usage"')) continue;
    try {
      const payload: unknown = JSON.parse(line.slice('data:'.length));
      if (typeof payload === 'object' && payload !== null && 'usage' in payload && payload.usage) {
        return payload;
      }
    } catch {
      // The tail may begin in the middle of a line; only whole lines count.
    }
  }
  return undefined;
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
