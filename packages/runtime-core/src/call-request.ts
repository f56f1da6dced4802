import type { RequestBody } from './engine-driver.ts';
import { openAIApis, type ModelApi } from './responses-api.ts';

/** A model request, taken apart far enough to decorate its body. */
export interface CallRequest {
  readonly url: string;
  readonly api: ModelApi;
  readonly init: RequestInit;
  readonly body: RequestBody;
  /** The body as the app wrote it. */
  readonly text: string;
}

/**
 * The model call in a fetch call, or undefined when it is anything else: another method, path or API, a body that is not
 * a JSON object. Those pass untouched, and the engine answers them as it would without us.
 */
export async function readCallRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  apis: readonly ModelApi[] = openAIApis,
): Promise<CallRequest | undefined> {
  const request = input instanceof Request ? input : undefined;
  const url = input instanceof Request ? input.url : input.toString();
  const method = init?.method ?? request?.method ?? 'GET';
  const api = apiOf(url, apis);
  if (method.toUpperCase() !== 'POST' || api === undefined) return undefined;
  const text = init?.body ?? (request === undefined ? undefined : await request.clone().text());
  if (typeof text !== 'string') return undefined;
  const body = parseObject(text);
  if (body === undefined) return undefined;
  const headers = withoutLength(init?.headers ?? request?.headers);
  const signal = init?.signal ?? request?.signal;
  const sent = { ...init, method: 'POST', headers, ...(signal ? { signal } : {}) };
  return { url, api, body, text, init: sent };
}

/** The body may get longer. Headers without a length, as most clients send them, are not copied. */
function withoutLength(headers: ConstructorParameters<typeof Headers>[0]): Headers {
  if (headers instanceof Headers && !headers.has('content-length')) return headers;
  const copy = new Headers(headers);
  copy.delete('content-length');
  return copy;
}

function apiOf(url: string, apis: readonly ModelApi[]): ModelApi | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return apis.find((api) => path.endsWith(api));
}

function parseObject(text: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not ours to judge: the engine says what is wrong with it.
    return undefined;
  }
}

function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A refusal in the shape of OpenAI's and Anthropic's both, so that every client shows the reason. */
export function refusal(status: number, code: string, message: string): Response {
  const error = { message, type: 'invalid_request_error', code };
  return Response.json({ type: 'error', error }, { status });
}
