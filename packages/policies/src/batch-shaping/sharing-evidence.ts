/** Newest siblings that count. */
const memory = 0.9;
/** How much more often held siblings must find the prefix than those that were not held. */
const minGain = 0.2;
/** Every so many decisions the sibling is sent at once, to see what the engine does by itself. */
const controlEvery = 10;

interface Rate {
  found: number;
  of: number;
}

/**
 * Does waiting for a leader help on this endpoint? An engine that cannot share between sequences gives held siblings
 * nothing; one that shares prompts under way gives it to those that were not held as well. Both show in what siblings
 * read from the cache. Until they do, waiting is taken to help.
 */
export class SharingEvidence {
  readonly #held: Rate = { found: 2, of: 2 };
  readonly #sent: Rate = { found: 0, of: 2 };
  #decisions = 0;

  get helps(): boolean {
    return this.#held.found / this.#held.of - this.#sent.found / this.#sent.of >= minGain;
  }

  /** Should the next sibling, for which waiting would pay, be held? */
  decide(): boolean {
    this.#decisions += 1;
    const usual = this.helps;
    return this.#decisions % controlEvery === 0 ? !usual : usual;
  }

  /** @param found did the sibling read the shared prefix from the cache? */
  add(how: 'held' | 'sent', found: boolean): void {
    const rate = how === 'held' ? this.#held : this.#sent;
    rate.of = rate.of * memory + 1;
    rate.found = rate.found * memory + (found ? 1 : 0);
  }
}
