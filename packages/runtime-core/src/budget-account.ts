import type { Milliseconds } from './identities.ts';
import type { EngineLoad } from './residency.ts';
import type { Budget } from './runtime.ts';

/** Share of `burstMs` that a fresh endpoint starts with. */
const startingShare = 0.25;

/**
 * Engine time that background acts on one endpoint may use. Earned while the engine is seen idle, reserved at admission,
 * settled at what was really used. Never negative, never above `burstMs`.
 */
export class BudgetAccount {
  readonly #budget: Budget;
  #savedMs: Milliseconds;
  #idleSinceMs: Milliseconds | undefined;

  constructor(budget: Budget, nowMs: Milliseconds) {
    this.#budget = budget;
    this.#savedMs = budget.share > 0 ? budget.burstMs * startingShare : 0;
    this.#idleSinceMs = nowMs;
  }

  /** Books the time since the last reading: earned when the engine was idle then and nothing started since. */
  note(load: EngineLoad, nowMs: Milliseconds): void {
    if (this.#idleSinceMs !== undefined) {
      this.#save((nowMs - this.#idleSinceMs) * this.#budget.share);
    }
    this.#idleSinceMs = load.running === 0 && load.waiting === 0 ? nowMs : undefined;
  }

  get availableMs(): Milliseconds {
    return this.#savedMs;
  }

  /** Takes `ms` out, or nothing. */
  reserve(ms: Milliseconds): boolean {
    if (!(ms >= 0) || ms > this.#savedMs) return false;
    this.#savedMs -= ms;
    return true;
  }

  /** Returns what a reservation did not use. An act that took longer than reserved is paid from the rest. */
  settle(reservedMs: Milliseconds, usedMs: Milliseconds): void {
    this.#save(reservedMs - usedMs);
  }

  #save(ms: Milliseconds): void {
    this.#savedMs = Math.min(this.#budget.burstMs, Math.max(0, this.#savedMs + ms));
  }
}
