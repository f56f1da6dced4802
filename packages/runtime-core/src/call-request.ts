import type { RequestBody } from './engine-driver.ts';

/** A request to an OpenAI-compatible API, taken apart far enough to decorate its body. */
export interface CallRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly body: RequestBody;
}

/**
 * The chat completion in a fetch call, or undefined when it is anything else: another method or path, a body that is not
 * a JSON object. Those pass untouched, and the engine answers them as it would without us.
 */
export async function readCallRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<CallRequest | undefined> {
  const request = input instanceof Request ? input : undefined;
  const url = input instanceof Request ? input.url : input.toString();
  const method = init?.method ?? request?.method ?? 'GET';
  if (method.toUpperCase() !== 'POST' || !isChatCompletion(url)) return undefined;
  const text = init?.body ?? (request === undefined ? undefined : await request.clone().text());
  if (typeof text !== 'string') return undefined;
  const body = parseObject(text);
  if (body === undefined) return undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  headers.delete('content-length');
  const signal = init?.signal ?? request?.signal;
  return { url, body, init: { ...init, method: 'POST', headers, ...(signal ? { signal } : {}) } };
}

function isChatCompletion(url: string): boolean {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return path.endsWith('/chat/completions');
}

function parseObject(text: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    // Not ours to judge: the engine says what is wrong with it.
    return undefined;
  }
}

/** OpenAI-shaped refusal, so that every client shows the reason. */
export function refusal(status: number, code: string, message: string): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', code } }, { status });
}
