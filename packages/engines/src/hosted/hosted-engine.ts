import type { Clock, EngineBill, EngineDriver, Milliseconds } from '@entresol/runtime-core';
import type { PriceOverrides } from './price-list.ts';

export interface HostedOptions {
  /** The key of the runtime's own requests, and the one that `client()` hands out. */
  readonly apiKey?: string | undefined;
  readonly endpoint?: string;
  /** How long an answer to a request of our own may take. */
  readonly timeoutMs?: Milliseconds;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Clock;
  /** Dollars per million tokens by model, before those of the price file. */
  readonly prices?: PriceOverrides;
}

/** An API that is paid by the token. */
export interface HostedEngine extends EngineDriver {
  /** False while the provider is left alone: it did not answer, or asked for patience. Calls of the app go on. */
  readonly acting: boolean;
  /** Tokens and dollars so far. */
  bill(): EngineBill;
  /**
   * Asks the provider for the names of its models, which costs nothing.
   * @throws {EngineError} what the provider did: a wrong URL, a key that is not known, no answer
   */
  check(): Promise<readonly string[]>;
}
