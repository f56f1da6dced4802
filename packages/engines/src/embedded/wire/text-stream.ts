/**
 * Turns token ids into text as they come. A character may be spread over several tokens: it is held back until it is
 * whole, so that no piece ends in half a character.
 */
export class TextStream {
  readonly #detokenize: (tokens: readonly number[], before: readonly number[]) => string;
  #before: readonly number[] = [];
  #pending: number[] = [];
  #shown = 0;

  /**
   * @param detokenize text of `tokens`, given the ones before them: some tokenisers drop the space of a text's first
   *   token. An incomplete character at the end must come out as U+FFFD.
   */
  constructor(detokenize: (tokens: readonly number[], before: readonly number[]) => string) {
    this.#detokenize = detokenize;
  }

  /** Takes the next token; gives the text that it completes, possibly empty. */
  push(token: number): string {
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    const whole = wholeCharacters(text);
    const piece = text.slice(this.#shown, whole);
    if (whole === text.length) {
      this.#forget();
    } else {
      this.#shown = Math.max(this.#shown, whole);
    }
    return piece;
  }

  /** The text has ended: gives what was held back, with U+FFFD for what never became a character. */
  end(): string {
    if (this.#pending.length === 0) {
      return '';
    }
    const piece = this.#detokenize(this.#pending, this.#before).slice(this.#shown);
    this.#forget();
    return piece;
  }

  #forget(): void {
    this.#before = [...this.#before, ...this.#pending].slice(-tokensOfContext);
    this.#pending = [];
    this.#shown = 0;
  }
}

/** Tokens before that are shown to the detokenizer: the first of a text is the only one that it may treat specially. */
const tokensOfContext = 4;

const replacement = '\u{FFFD}';

/** An incomplete character has at most three bytes, and a decoder writes at most one U+FFFD for each. */
const maxReplacements = 3;

/** Length of `text` without a character at its end that the next tokens may complete. */
function wholeCharacters(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === replacement) {
    end -= 1;
  }
  return text.length - end > maxReplacements ? text.length : end;
}
