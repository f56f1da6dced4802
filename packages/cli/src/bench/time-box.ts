import type { Clock, Milliseconds } from '@entresol/runtime-core';

/**
 * Whether another repeat fits into the time that one row of a benchmark has. A row that took less leaves the rest to
 * those after it.
 */
export class TimeBox {
  readonly #clock: Clock;
  readonly #endsAtMs: Milliseconds;
  readonly #lastedMs: Milliseconds[] = [];
  #begunAtMs: Milliseconds;

  /** @param rows - rows still to be measured, this one included. */
  static forNextRow(clock: Clock, endsAtMs: Milliseconds, rows: number): TimeBox {
    const now = clock.now();
    return new TimeBox(clock, now + Math.max(0, endsAtMs - now) / Math.max(1, rows));
  }

  private constructor(clock: Clock, endsAtMs: Milliseconds) {
    this.#clock = clock;
    this.#endsAtMs = endsAtMs;
    this.#begunAtMs = clock.now();
  }

  /** A repeat is over; the next begins now. */
  finished(): void {
    const now = this.#clock.now();
    this.#lastedMs.push(now - this.#begunAtMs);
    this.#begunAtMs = now;
  }

  /** Before the first repeat always: a row without one says nothing. The longest so far stands for the next. */
  fits(): boolean {
    if (this.#lastedMs.length === 0) return true;
    return this.#clock.now() + Math.max(...this.#lastedMs) <= this.#endsAtMs;
  }
}
