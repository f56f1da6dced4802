import { RecencyMap } from './recency-map.ts';

/** A text as tokens, with the places where both may be cut without changing the tokens on either side. */
export interface TokenizedText {
  readonly tokens: Int32Array;
  /** Ends of the pieces, ascending; the last is the end of the text. */
  readonly cuts: readonly { readonly characters: number; readonly tokens: number }[];
}

export interface PieceTokenizer {
  tokenize(text: string): TokenizedText;
}

/** What special tokens look like: `<|user|>`, `</s>`, `<start_of_turn>`, `[INST]`, `<｜User｜>`. */
const markerLike = /<[^<>\s]{1,40}>|\[\/?[A-Z][A-Z_]{2,30}\]/g;

/** Characters and tokens of remembered pieces: a few dozen long conversations, at most about 24 MB. */
const pieceCapacity = 4 * 2 ** 20;
const markerCapacity = 2 ** 16;

/** Texts before a marker that show whether it merges with, or eats, what stands there. */
const textsBeforeMarker = ['a', 'a \n', '<', '['];

/**
 * Tokenises a text piece by piece. Tokenisers split a text at special tokens first and treat what lies between
 * separately, so a cut in front of a special token changes nothing and a piece seen before need not be tokenised again.
 * Which markers are special is asked of the tokeniser itself, so a text without any is one piece.
 */
export function createPieceTokenizer(options: {
  tokenize(text: string): readonly number[];
}): PieceTokenizer {
  const pieces = new RecencyMap<Int32Array>(pieceCapacity, (tokens) => tokens.length);
  const markers = new RecencyMap<boolean>(markerCapacity, () => 1);
  const isSpecial = (marker: string): boolean =>
    markers.getOrCompute(marker, () => {
      const own = options.tokenize(marker);
      return (
        own.length === 1 &&
        textsBeforeMarker.every((before) =>
          sameTokens(options.tokenize(before + marker), [...options.tokenize(before), ...own]),
        )
      );
    });
  const tokenizePiece = (piece: string): Int32Array =>
    pieces.getOrCompute(piece, () => Int32Array.from(options.tokenize(piece)));

  return {
    tokenize(text) {
      const parts: Int32Array[] = [];
      const cuts: { characters: number; tokens: number }[] = [];
      let start = 0;
      let count = 0;
      const cutAt = (end: number): void => {
        if (end > start) {
          const part = tokenizePiece(text.slice(start, end));
          parts.push(part);
          count += part.length;
          cuts.push({ characters: end, tokens: count });
          start = end;
        }
      };
      for (const match of text.matchAll(markerLike)) {
        if (isSpecial(match[0])) {
          cutAt(match.index);
        }
      }
      cutAt(text.length);
      const tokens = new Int32Array(count);
      parts.forEach((part, i) => {
        tokens.set(part, i === 0 ? 0 : cuts[i - 1]?.tokens);
      });
      return { tokens, cuts };
    },
  };
}

const sameTokens = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((token, i) => token === other[i]);

/** Number of leading tokens that two prompts have in common. */
export function commonPrefixLength(one: Int32Array, other: Int32Array): number {
  const end = Math.min(one.length, other.length);
  let length = 0;
  while (length < end && one[length] === other[length]) {
    length += 1;
  }
  return length;
}
