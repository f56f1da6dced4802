import type { Milliseconds } from './identities.ts';

const marker = Symbol.for('entresol.error');

/** Everything a configuration can get wrong. */
export type RuntimeConfigErrorCode =
  | 'no-engine'
  | 'unknown-engine'
  | 'duplicate-engine'
  | 'duplicate-service'
  | 'duplicate-policy'
  | 'workload-conflict'
  | 'runtime-closed'
  | 'state-folder';

interface EntresolErrorOptions<Code extends string> {
  readonly code: Code;
  readonly cause?: unknown;
  /** The offending value, as it was given. */
  readonly value?: unknown;
}

/** Base of every error that Entresol throws; its identity survives two copies of the package. */
export abstract class EntresolError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly value: unknown;

  constructor(message: string, { code, cause, value }: EntresolErrorOptions<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, marker, { value: true });
    this.name = new.target.name;
    this.code = code;
    this.value = value;
  }

  static is(error: unknown): error is EntresolError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** A mistake in how the runtime was set up; the message names the value and the fix. */
export class RuntimeConfigError extends EntresolError<RuntimeConfigErrorCode> {}

export type EngineErrorCode =
  | 'model-missing'
  | 'model-damaged'
  | 'folder-not-writable'
  | 'library-missing'
  | 'context-too-small'
  | 'bad-request'
  | 'unsupported-field'
  | 'bad-url'
  | 'unreachable'
  | 'timed-out'
  | 'unauthorised'
  | 'not-found'
  | 'rate-limited'
  | 'server-error'
  | 'bad-reply'
  | 'closed'
  | 'failed';

/** An engine could not do what was asked. `status` is the HTTP status an OpenAI client should see. */
export class EngineError extends EntresolError<EngineErrorCode> {
  readonly engine: string;
  readonly status: number;
  /** How long the engine asked to be left alone, where it did (`Retry-After`). */
  readonly retryAfterMs: Milliseconds | undefined;

  constructor(
    message: string,
    options: EntresolErrorOptions<EngineErrorCode> & {
      readonly engine: string;
      readonly status?: number;
      readonly retryAfterMs?: Milliseconds | undefined;
    },
  ) {
    super(message, options);
    this.engine = options.engine;
    this.status = options.status ?? 500;
    this.retryAfterMs = options.retryAfterMs;
  }
}
