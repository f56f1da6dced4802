/** First-order counts of which agent follows which, without decay. */
export class AgentChain {
  readonly size: number;
  readonly #counts: Float64Array;
  readonly #rows: Float64Array;
  readonly #arrivals: Float64Array;
  #total = 0;

  /** @param size - symbols; the last one may stand for the end of a session */
  constructor(size: number) {
    this.size = size;
    this.#counts = new Float64Array(size * size);
    this.#rows = new Float64Array(size);
    this.#arrivals = new Float64Array(size);
  }

  count(from: number, to: number): void {
    this.#counts[from * this.size + to] = (this.#counts[from * this.size + to] ?? 0) + 1;
    this.#rows[from] = (this.#rows[from] ?? 0) + 1;
    this.#arrivals[to] = (this.#arrivals[to] ?? 0) + 1;
    this.#total += 1;
  }

  /** P(to | from) with `pseudoCount` added to every symbol's count. */
  probability(from: number, to: number, pseudoCount: number): number {
    const row = (this.#rows[from] ?? 0) + pseudoCount * this.size;
    return row === 0 ? 0 : ((this.#counts[from * this.size + to] ?? 0) + pseudoCount) / row;
  }

  /** P(to | from), of which `weight` counts' worth comes from how often `to` is reached from anywhere. */
  backedOff(from: number, to: number, weight: number): number {
    const anywhere = this.#total === 0 ? 1 / this.size : (this.#arrivals[to] ?? 0) / this.#total;
    const counted = this.#counts[from * this.size + to] ?? 0;
    return (counted + weight * anywhere) / ((this.#rows[from] ?? 0) + weight);
  }
}
