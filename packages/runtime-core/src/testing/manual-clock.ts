import type { Milliseconds } from '../identities.ts';
import type { Clock } from '../ports.ts';

/** A clock that moves only when told. Timers run in order of time, then of registration. */
export class ManualClock implements Clock {
  #now: Milliseconds;
  #timers: { readonly atMs: Milliseconds; readonly run: () => void }[] = [];

  constructor(startMs: Milliseconds = 0) {
    this.#now = startMs;
  }

  now(): Milliseconds {
    return this.#now;
  }

  at(atMs: Milliseconds, run: () => void): () => void {
    const timer = { atMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** @throws {RangeError} when asked to go back */
  advanceTo(atMs: Milliseconds): void {
    if (atMs < this.#now) {
      throw new RangeError(`a clock cannot go back from ${this.#now} to ${atMs} ms`);
    }
    for (;;) {
      let next: { readonly atMs: Milliseconds; readonly run: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.atMs <= atMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
      }
      if (next === undefined) break;
      const due = next;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.atMs);
      due.run();
    }
    this.#now = atMs;
  }

  advanceBy(ms: Milliseconds): void {
    this.advanceTo(this.#now + ms);
  }
}
