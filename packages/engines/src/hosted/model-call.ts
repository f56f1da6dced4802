import type { RequestBody } from '@entresol/runtime-core';
import { callField } from '../http/chat-call.ts';
import { credentialOf } from '../http/foreign-prompts.ts';

/** Which API a request speaks. */
export type HostedApi = 'chat' | 'responses' | 'messages';

/** A model request on its way through a driver's `fetch`. */
export interface ModelCall {
  readonly api: HostedApi;
  readonly url: string;
  readonly init: RequestInit;
  readonly body: RequestBody;
  /** The body as it came. */
  readonly text: string;
  /** The runtime's id of it; undefined = the runtime knows nothing of this call. */
  readonly call: string | undefined;
  /** The key that it carries, whichever header that is in. */
  readonly credential: string | undefined;
}

const apis: readonly (readonly [end: string, api: HostedApi])[] = [
  ['/chat/completions', 'chat'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
];

/** Undefined for anything but a POST of a JSON object to one of the APIs that are read. */
export async function readModelCall(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<ModelCall | undefined> {
  const request = input instanceof Request ? input : undefined;
  const url = input instanceof Request ? input.url : input.toString();
  const method = init?.method ?? request?.method ?? 'GET';
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const api = apis.find(([end]) => path.endsWith(end))?.[1];
  if (method.toUpperCase() !== 'POST' || api === undefined) return undefined;
  const text = init?.body ?? (request === undefined ? undefined : await request.clone().text());
  if (typeof text !== 'string') return undefined;
  const parsed = parseObject(text);
  if (parsed === undefined) return undefined;
  const { [callField]: call, ...body } = parsed;
  const signal = init?.signal ?? request?.signal;
  const headers = new Headers(init?.headers ?? request?.headers);
  // The body may get longer or shorter.
  headers.delete('content-length');
  return {
    api,
    url,
    init: { ...init, method: 'POST', headers, ...(signal ? { signal } : {}) },
    body,
    text,
    call: typeof call === 'string' ? call : undefined,
    credential: credentialOf(headers),
  };
}

function parseObject(text: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not ours to judge: the provider says what is wrong with it.
    return undefined;
  }
}

function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
