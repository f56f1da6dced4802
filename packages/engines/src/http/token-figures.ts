import type { PrefixId } from '@entresol/runtime-core';

/** Characters of JSON per token before anything was counted: about four of text, and the quotes around it. */
const usualCharactersPerToken = 4.4;
/** Share of the newest prompt in the running ratio. */
const newestShare = 0.2;
const remembered = 4_096;

/** Token counts of prefixes: what the server counted, and until then an estimate from the ratio seen so far. */
export class TokenFigures {
  readonly #counted = new Map<PrefixId, number>();
  #charactersPerToken = usualCharactersPerToken;

  counted(id: PrefixId): number | undefined {
    return this.#counted.get(id);
  }

  learn(id: PrefixId, tokens: number): void {
    this.#counted.delete(id);
    this.#counted.set(id, tokens);
    if (this.#counted.size <= remembered) return;
    const oldest = this.#counted.keys().next().value;
    if (oldest !== undefined) this.#counted.delete(oldest);
  }

  /** @param characters of a prompt that the server counted as `tokens` */
  learnRatio(characters: number, tokens: number): void {
    if (tokens <= 0 || characters <= 0) return;
    this.#charactersPerToken += newestShare * (characters / tokens - this.#charactersPerToken);
  }

  /** At least 1. */
  estimate(characters: number): number {
    return Math.max(1, Math.round(characters / this.#charactersPerToken));
  }
}
