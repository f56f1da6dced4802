import type { Milliseconds } from '@entresol/runtime-core';
import { mean } from 'simple-statistics';

/** How far a benchmark has come, and how long the rest may take. */
export class TimeLeft {
  readonly #total: number;
  readonly #tookMs: Milliseconds[] = [];
  #present = 0;

  constructor(totalRuns: number) {
    this.#total = totalRuns;
  }

  finished(tookMs: Milliseconds): void {
    this.#tookMs.push(tookMs);
  }

  /** A run that an earlier start has left. */
  skipped(): void {
    this.#present += 1;
  }

  /** `12 of 60 runs, about 41 min left`. */
  text(): string {
    const done = this.#tookMs.length + this.#present;
    const counted = `${done} of ${this.#total} runs`;
    if (this.#tookMs.length === 0 || done === this.#total) return counted;
    const leftMs = mean(this.#tookMs) * (this.#total - done);
    return `${counted}, about ${Math.max(1, Math.round(leftMs / 60_000))} min left`;
  }
}
