import type { Milliseconds } from '@entresol/runtime-core';

/**
 * Shares of the newest transfer in the running figure, when it was quicker and when it was slower. A transfer waits for
 * the batch in flight, which is not its own cost: the figure follows the quick ones.
 */
const newestShare = { quicker: 0.5, slower: 0.02 };
/** Of the first ones the quickest counts, and until they are there nothing is decided on the figure. */
const firstTransfers = 3;

/** Milliseconds that a saved state takes per token on its way, in one direction. */
export class TransferFit {
  readonly #baseMs: Milliseconds;
  #perToken: Milliseconds;
  #seen = 0;

  /** @param perToken what is taken to be true before the first transfer */
  constructor(baseMs: Milliseconds, perToken: Milliseconds) {
    this.#baseMs = baseMs;
    this.#perToken = perToken;
  }

  get known(): boolean {
    return this.#seen >= firstTransfers;
  }

  ms(tokens: number): Milliseconds {
    return this.#baseMs + this.#perToken * tokens;
  }

  learn(tokens: number, tookMs: Milliseconds): void {
    if (tokens <= 0) return;
    const seen = Math.max(0, tookMs - this.#baseMs) / tokens;
    if (this.#seen === 0) this.#perToken = seen;
    else if (!this.known) this.#perToken = Math.min(this.#perToken, seen);
    else {
      const share = seen < this.#perToken ? newestShare.quicker : newestShare.slower;
      this.#perToken += share * (seen - this.#perToken);
    }
    this.#seen += 1;
  }
}
