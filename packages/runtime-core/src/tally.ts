/** Counts of things that went otherwise than wished, by name. */
export class Tally {
  readonly #counts: Record<string, number> = {};

  count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }

  snapshot(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }
}
