/**
 * Finds the first of several stop strings in a text that arrives piece by piece, and lets through only text that can no
 * longer turn out to be the beginning of one.
 */
export class StopSequences {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  /** @param stops strings at which the text ends; empty strings are ignored */
  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  /** True once a stop string was seen. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes the next piece; gives the text that may be shown. After a stop there is none. */
  push(piece: string): string {
    if (this.#stopped) {
      return '';
    }
    const text = this.#held + piece;
    const end = firstStop(text, this.#stops);
    if (end !== undefined) {
      this.#stopped = true;
      this.#held = '';
      return text.slice(0, end);
    }
    const safe = text.length - heldBack(text, this.#stops);
    this.#held = text.slice(safe);
    return text.slice(0, safe);
  }

  /** The text has ended: gives what was held back. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

/** Where the stop string that ends first begins; of those that end together, the longest. */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  let begin: number | undefined;
  let end = Infinity;
  for (const stop of stops) {
    const found = text.indexOf(stop);
    const foundEnd = found + stop.length;
    if (found !== -1 && (foundEnd < end || (foundEnd === end && found < (begin ?? Infinity)))) {
      begin = found;
      end = foundEnd;
    }
  }
  return begin;
}

/** Length of the longest end of `text` that a stop string, not complete yet, begins with. */
export function heldBack(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    const most = Math.min(stop.length - 1, text.length);
    for (let length = most; length > longest; length -= 1) {
      if (stop.startsWith(text.slice(text.length - length))) {
        longest = length;
      }
    }
  }
  return longest;
}
