import type { EngineError, Milliseconds } from '@entresol/runtime-core';
import { retryAfterMs } from '../http/retry-after.ts';

/** First pause after a provider failed, and the longest; each failure in a row doubles it. */
const pauseMs = { first: 1_000, longest: 300_000 } as const;

const passing: ReadonlySet<EngineError['code']> = new Set([
  'unreachable',
  'timed-out',
  'rate-limited',
  'server-error',
  'unauthorised',
]);

/**
 * Is a provider fit to be asked by us? Not after it failed to answer somebody, until it has answered a call of the app
 * or a pause is over. What it asks for in `Retry-After` is respected.
 */
export class Standing {
  readonly #now: () => Milliseconds;
  #pauseMs: Milliseconds = pauseMs.first;
  #untilMs: Milliseconds = -Infinity;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  get isGood(): boolean {
    return this.#now() >= this.#untilMs;
  }

  answered(): void {
    this.#pauseMs = pauseMs.first;
    this.#untilMs = -Infinity;
  }

  failed(askedMs: Milliseconds = 0): void {
    // Several that were under way fail together, and count once.
    const pause = this.isGood ? this.#pauseMs : 0;
    if (pause > 0) this.#pauseMs = Math.min(pauseMs.longest, 2 * pause);
    this.#untilMs = Math.max(this.#untilMs, this.#now() + Math.max(pause, askedMs));
  }

  /** An error that says nothing about the provider as a whole, such as a prompt that it did not accept, is none of ours. */
  failedWith(error: EngineError): void {
    if (passing.has(error.code)) this.failed(error.retryAfterMs);
  }

  /** A reply to the app. */
  replied({ status, headers }: Response): void {
    if (status === 429 || status >= 500) this.failed(retryAfterMs(headers));
    else if (status < 400) this.answered();
  }
}
