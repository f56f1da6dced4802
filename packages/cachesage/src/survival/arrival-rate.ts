const decay = 0.95;

/** Rate of new sessions, from the mean time between the recent ones. */
export class ArrivalRate {
  #lastAtMs: number | undefined;
  #gapSum = 0;
  #gaps = 0;

  observe(atMs: number): void {
    if (this.#lastAtMs !== undefined) {
      this.#gapSum = this.#gapSum * decay + Math.max(0, atMs - this.#lastAtMs);
      this.#gaps = this.#gaps * decay + 1;
    }
    this.#lastAtMs = atMs;
  }

  /** Sessions per ms; 0 until two were seen. A silence longer than the mean gap slows it down. */
  perMs(nowMs: number): number {
    if (this.#gaps === 0 || this.#lastAtMs === undefined) return 0;
    const silence = Math.max(0, nowMs - this.#lastAtMs);
    const mean = Math.max(1, this.#gapSum / this.#gaps, silence);
    return 1 / mean;
  }
}
