import type { RequestBody } from '@entresol/runtime-core';
import { credentialOf } from './foreign-prompts.ts';

/** Where the runtime's id of a call travels from `decorate` to the driver's `fetch`, which takes it out. */
export const callField = 'entresol_call';

/** A chat completion on its way through a driver's `fetch`. */
export interface ChatCall {
  readonly url: string;
  readonly init: RequestInit;
  /** As the app wrote it. */
  readonly body: RequestBody;
  /** The key that it carries. */
  readonly credential: string | undefined;
  /** The runtime's id of it; undefined = the runtime knows nothing of this call. */
  readonly call: string | undefined;
}

/** Undefined for anything but a POST of a JSON object to `/chat/completions`. */
export async function readChatCall(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<ChatCall | undefined> {
  const request = input instanceof Request ? input : undefined;
  const url = urlOf(input);
  const method = init?.method ?? request?.method ?? 'GET';
  if (method.toUpperCase() !== 'POST' || !pathOf(url).endsWith('/chat/completions')) {
    return undefined;
  }
  const text = init?.body ?? (request === undefined ? undefined : await request.clone().text());
  const parsed = typeof text === 'string' ? parseObject(text) : undefined;
  if (parsed === undefined) return undefined;
  const { [callField]: call, ...body } = parsed;
  const signal = init?.signal ?? request?.signal;
  const headers = new Headers(init?.headers ?? request?.headers);
  // The body may get longer or shorter.
  headers.delete('content-length');
  const sent: RequestInit = { ...init, method: 'POST', headers, ...(signal ? { signal } : {}) };
  return {
    url,
    init: sent,
    body,
    credential: credentialOf(headers),
    call: typeof call === 'string' ? call : undefined,
  };
}

/** True for requests that make an engine compute a prompt. */
export function computesPrompt(
  input: string | URL | Request,
  init: RequestInit | undefined,
): boolean {
  const url = urlOf(input);
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  return (
    method.toUpperCase() === 'POST' &&
    /\/(?:completions?|responses|messages|generate)$/.test(pathOf(url))
  );
}

function urlOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString();
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}

function parseObject(text: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not ours to judge: the server says what is wrong with it.
    return undefined;
  }
}

function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
