import { EngineError, type Clock, type Milliseconds } from '@entresol/runtime-core';

/** First pause before a server that went away is looked for again, and the longest. */
const pauseMs = { first: 500, longest: 30_000 } as const;

/** Looks for a server that went away, ever more rarely, until it is back. */
export class Comeback {
  readonly #clock: Clock;
  /** Rejects while the server is not there. */
  readonly #tryAgain: () => Promise<void>;
  #pauseMs: Milliseconds = pauseMs.first;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock, tryAgain: () => Promise<void>) {
    this.#clock = clock;
    this.#tryAgain = tryAgain;
  }

  /** Idempotent while it is looking. */
  begin(): void {
    if (this.#stopped || this.#cancel !== undefined) return;
    this.#cancel = this.#clock.at(this.#clock.now() + this.#pauseMs, () => {
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    try {
      await this.#tryAgain();
      this.#pauseMs = pauseMs.first;
      this.#cancel = undefined;
    } catch {
      // Not there yet.
      this.#pauseMs = Math.min(pauseMs.longest, 2 * this.#pauseMs);
      this.#cancel = undefined;
      this.begin();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }
}

/** True for what may be over soon: nobody listens, the server hangs or is loading its model. */
export function isPassing(error: unknown): error is EngineError {
  if (!(error instanceof EngineError)) return false;
  const { code, status } = error;
  return code === 'unreachable' || code === 'timed-out' || status === 502 || status === 503;
}
