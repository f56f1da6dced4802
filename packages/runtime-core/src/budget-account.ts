import type { Milliseconds } from './identities.ts';
import type { EngineLoad } from './residency.ts';
import type { Budget } from './runtime.ts';

/** Share of `burstMs` that a fresh endpoint starts with. */
const startingShare = 0.25;

export function startingCreditMs({ share, burstMs }: Budget): Milliseconds {
  return share > 0 ? burstMs * startingShare : 0;
}

/**
 * Engine time that background acts on one endpoint may use. Earned while the engine is seen idle, reserved at admission,
 * settled at what was really used. Never negative, never above `burstMs`.
 */
export class BudgetAccount {
  readonly #budget: Budget;
  #savedMs: Milliseconds;
  #idleSinceMs: Milliseconds | undefined;
  #earnedMs = 0;

  constructor(budget: Budget, nowMs: Milliseconds) {
    this.#budget = budget;
    this.#savedMs = startingCreditMs(budget);
    this.#idleSinceMs = nowMs;
  }

  /** Books the time since the last reading: earned when the engine was idle both then and now, and nothing began between. */
  note(load: EngineLoad, nowMs: Milliseconds): void {
    const idle = load.running === 0 && load.waiting === 0;
    if (idle && this.#idleSinceMs !== undefined) {
      const earnedMs = (nowMs - this.#idleSinceMs) * this.#budget.share;
      this.#earnedMs += earnedMs;
      this.#save(earnedMs);
    }
    this.#idleSinceMs = idle ? nowMs : undefined;
  }

  /** Work begins now, before any load reading can show it: nothing is earned until the engine is seen idle again. */
  begin(): void {
    this.#idleSinceMs = undefined;
  }

  get availableMs(): Milliseconds {
    return this.#savedMs;
  }

  /** All that was ever earned, also what found no room any more. */
  get earnedMs(): Milliseconds {
    return this.#earnedMs;
  }

  /** Takes `ms` out, or nothing. */
  reserve(ms: Milliseconds): boolean {
    if (!(ms >= 0) || ms > this.#savedMs) return false;
    this.#savedMs -= ms;
    return true;
  }

  /**
   * Returns what a reservation did not use. An act that took longer than reserved is paid from the rest. A figure that
   * is no time counts as the whole reservation: a wrong driver must not mint engine time.
   */
  settle(reservedMs: Milliseconds, usedMs: Milliseconds): void {
    this.#save(reservedMs - (usedMs >= 0 ? usedMs : reservedMs));
  }

  #save(ms: Milliseconds): void {
    this.#savedMs = Math.min(this.#budget.burstMs, Math.max(0, this.#savedMs + ms));
  }
}
