import { EngineError } from '@entresol/runtime-core';
import type { EngineErrorCode, Milliseconds } from '@entresol/runtime-core';
import type { z } from 'zod';
import { retryAfterMs } from './retry-after.ts';

/** Characters of a server's own words that an error repeats. */
const quotedCharacters = 300;

export interface EngineClientOptions {
  readonly engine: string;
  /** Without a slash at the end. */
  readonly root: string;
  /** `undefined` = no Authorization header. */
  readonly apiKey: string | undefined;
  /** Sent with every request: an API's version, or a key that is no bearer token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: Milliseconds;
  /** Hears that the server did not answer, whoever asked. */
  readonly onUnreachable?: (error: EngineError) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For work that takes longer than an answer; the client's own limit when absent. */
  readonly timeoutMs?: Milliseconds;
}

/** The driver's own calls to a server: JSON in, JSON out, every failure a typed error. Never follows a redirect. */
export class EngineClient {
  readonly #options: EngineClientOptions;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  /**
   * @throws {EngineError} what the server did; the signal's reason after an abort
   */
  get<T>(path: string, schema: z.ZodType<T>, options: CallOptions = {}): Promise<T> {
    return this.#json('GET', path, undefined, schema, options);
  }

  /**
   * @throws {EngineError} what the server did; the signal's reason after an abort
   */
  post<T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    options: CallOptions = {},
  ): Promise<T> {
    return this.#json('POST', path, JSON.stringify(body), schema, options);
  }

  async #json<T>(
    method: string,
    path: string,
    body: string | undefined,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T> {
    const text = await this.text(method, path, body, options);
    const read = schema.safeParse(parse(text));
    if (read.success) return read.data;
    throw this.#error('bad-reply', path, 200, {
      why: `answered with something else than expected: ${quote(text)}`,
      wayOut: 'Is this the right server, and a version that this driver knows?',
    });
  }

  /**
   * Body of a successful reply.
   * @throws {EngineError} what the server did; the signal's reason after an abort
   */
  async text(
    method: string,
    path: string,
    body: string | undefined,
    { signal, timeoutMs = this.#options.timeoutMs }: CallOptions = {},
  ): Promise<string> {
    const { root, apiKey, fetch } = this.#options;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${root}${path}`, {
        method,
        redirect: 'error',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
          ...this.#options.headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      if (response.ok) return text;
      throw this.#refusal(path, response, text);
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      signal?.throwIfAborted();
      const error = limit.aborted
        ? this.#error('timed-out', path, 504, {
            why: `did not answer within ${timeoutMs} ms`,
            wayOut: 'Is it overloaded, or still loading its model?',
            cause,
          })
        : this.#error('unreachable', path, 502, {
            why: `does not answer: ${reason(cause)}`,
            wayOut: wayOutOf(cause),
            cause,
          });
      this.#options.onUnreachable?.(error);
      throw error;
    }
  }

  #refusal(path: string, response: Response, text: string): EngineError {
    const { status } = response;
    const { code, wayOut } = refusalOf(response);
    const error = this.#error(code, path, status, {
      why: `answered with status ${status}: ${quote(text)}`,
      wayOut,
      retryAfterMs: retryAfterMs(response.headers),
    });
    if (status === 502 || status === 503 || status === 504) this.#options.onUnreachable?.(error);
    return error;
  }

  #error(
    code: EngineErrorCode,
    path: string,
    status: number,
    {
      why,
      wayOut,
      cause,
      ...more
    }: { why: string; wayOut: string; cause?: unknown; retryAfterMs?: Milliseconds | undefined },
  ): EngineError {
    const { engine, root } = this.#options;
    const url = `${root}${path}`;
    return new EngineError(`${engine}: ${url} ${why} ${wayOut}`, {
      code,
      engine,
      status,
      value: url,
      ...more,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

function refusalOf({ status, headers }: Response): { code: EngineErrorCode; wayOut: string } {
  if (status === 401 || status === 403) {
    return {
      code: 'unauthorised',
      wayOut: 'Give the driver the apiKey that the server was started with.',
    };
  }
  if (status === 404) {
    return { code: 'not-found', wayOut: 'Is the URL right, and is it this kind of server?' };
  }
  if (status === 429) {
    const after = headers.get('retry-after');
    return {
      code: 'rate-limited',
      wayOut: `It asks for patience${after === null ? '' : ` (${after} s)`}.`,
    };
  }
  if (status === 501) {
    return { code: 'unsupported-field', wayOut: 'Start it with the flag that its answer names.' };
  }
  if (status >= 500) {
    return { code: 'server-error', wayOut: 'Its own log says more.' };
  }
  return { code: 'bad-request', wayOut: 'Its own words say what it did not accept.' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema, like everything else that is not what was expected.
    return undefined;
  }
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= quotedCharacters ? line : `${line.slice(0, quotedCharacters)}…`;
}

/** `fetch` says what went wrong in the cause of its error. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** Node's name of what went wrong below HTTP, where it has one. */
function causeCode(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}

function wayOutOf(error: unknown): string {
  const code = causeCode(error);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return 'Its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS, or have it renewed for this host.';
  }
  if (/^ERR_SSL|^EPROTO/.test(code))
    return 'It does not speak TLS there: is it http: and not https:?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'No such host: is the URL right?';
  return 'Is the server running, and is its URL right?';
}
