import { AsyncLocalStorage } from 'node:async_hooks';
import type { Interposer } from './interpose.ts';
import { currentCall } from './scope.ts';

type Fetch = typeof globalThis.fetch;

const carrying = new AsyncLocalStorage<boolean>();

/**
 * Sends the model requests of the app that use `globalThis.fetch` through the runtime, and no others: for providers that
 * were made without a `fetch` of their own, and for Mastra's model router.
 */
export function scopeFetch(managed: Fetch, interposer: Interposer): void {
  interposer.property(globalThis, 'fetch', scoped(globalThis.fetch, managed, interposer));
}

function scoped(before: Fetch, managed: Fetch, interposer: Interposer): Fetch {
  return (input, init) => {
    const call = interposer.active ? currentCall.getStore() : undefined;
    // A request that the runtime carries already comes by here on its way out.
    if (call === undefined || call.carried || carrying.getStore() === true) {
      return before(input, init);
    }
    return carrying.run(true, () => managed(input, withUsage(input, init)));
  };
}

/** The model router asks for no usage in streams, and an engine then sends none. */
function withUsage(
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): RequestInit | undefined {
  // Other APIs report it unasked, and refuse the field.
  const path = urlOf(input).split(/[?#]/, 1)[0] ?? '';
  if (typeof init?.body !== 'string' || !path.endsWith('/chat/completions')) return init;
  try {
    const body: unknown = JSON.parse(init.body);
    if (typeof body !== 'object' || body === null || !('messages' in body)) return init;
    if (!('stream' in body) || body.stream !== true || 'stream_options' in body) return init;
    return { ...init, body: JSON.stringify({ ...body, stream_options: { include_usage: true } }) };
  } catch {
    // No JSON: not ours to read, and sent as it is.
    return init;
  }
}

function urlOf(input: Parameters<Fetch>[0]): string {
  return input instanceof Request ? input.url : input.toString();
}
