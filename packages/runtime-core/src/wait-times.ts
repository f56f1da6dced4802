import type { Milliseconds } from './identities.ts';

/** Waits of the newest calls, those that did not wait included as 0. */
export interface WaitReport {
  readonly meanMs: Milliseconds;
  readonly p50Ms: Milliseconds;
  readonly p99Ms: Milliseconds;
  readonly maxMs: Milliseconds;
}

const kept = 1_024;

/** The newest waits, in constant memory. */
export class WaitTimes {
  readonly #waits = new Float64Array(kept);
  #count = 0;

  add(ms: Milliseconds): void {
    this.#waits[this.#count % kept] = ms;
    this.#count += 1;
  }

  report(): WaitReport {
    const waits = this.#waits.slice(0, Math.min(this.#count, kept)).toSorted();
    const quantile = (q: number): number =>
      waits[Math.min(waits.length - 1, Math.floor(q * waits.length))] ?? 0;
    const sum = waits.reduce((total, ms) => total + ms, 0);
    return {
      meanMs: waits.length === 0 ? 0 : sum / waits.length,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      maxMs: waits.at(-1) ?? 0,
    };
  }
}
