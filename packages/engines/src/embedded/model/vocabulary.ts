import { proseWords, schemaFragments, technicalWords } from './training-words.ts';

/** Token kinds as numbered in GGUF (`tokenizer.ggml.token_type`). */
export const tokenKind = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

export interface VocabularyToken {
  readonly text: string;
  /** The tokeniser joins the neighbours with the highest score first. */
  readonly score: number;
  readonly kind: (typeof tokenKind)[keyof typeof tokenKind];
}

/** A SentencePiece vocabulary as llama.cpp reads it; the index of a token is its id. */
export interface Vocabulary {
  readonly tokens: readonly VocabularyToken[];
  readonly unknown: number;
  readonly beginOfText: number;
  readonly endOfText: number;
}

/** SentencePiece writes a space as U+2581. */
const spaceMark = '\u2581';

/** Ends one message of the chat template. */
export const endMarker = '<|end|>';

/** Control tokens of the chat template: one per role, and the end of a message. */
export const roleMarkers: readonly string[] = [
  '<|system|>',
  '<|developer|>',
  '<|user|>',
  '<|assistant|>',
  '<|tool|>',
];

/** Merges learned from the training words. More than 4,000 hardly lowers the number of tokens of a text. */
const mergeCount = 4000;

/** Frequency of the word at `rank`: Zipf's law, flattened at the head as Mandelbrot does. */
const zipf = (rank: number): number => 1 / (rank + 50);

/**
 * Builds the vocabulary of the random model: special tokens, 256 bytes, the printable ASCII characters and pieces
 * learned by byte-pair encoding (Sennrich, Haddow & Birch 2016, arXiv:1508.07909). The same on every machine.
 */
export function createVocabulary(): Vocabulary {
  const tokens: VocabularyToken[] = [
    { text: '<unk>', score: 0, kind: tokenKind.unknown },
    { text: '<s>', score: 0, kind: tokenKind.control },
    { text: '</s>', score: 0, kind: tokenKind.control },
  ];
  for (const text of [...roleMarkers, endMarker]) {
    tokens.push({ text, score: 0, kind: tokenKind.control });
  }
  for (let byte = 0; byte < 256; byte += 1) {
    const hexadecimal = byte.toString(16).toUpperCase().padStart(2, '0');
    tokens.push({ text: `<0x${hexadecimal}>`, score: 0, kind: tokenKind.byte });
  }
  const pieces = trainPieces(trainingWords(), mergeCount);
  const characters = [spaceMark];
  for (let code = 33; code < 127; code += 1) {
    characters.push(String.fromCharCode(code));
  }
  // Characters are never the result of a merge: any score below the merges does.
  for (const text of characters) {
    tokens.push({ text, score: -(mergeCount + 1), kind: tokenKind.normal });
  }
  pieces.forEach((text, rank) => tokens.push({ text, score: -rank, kind: tokenKind.normal }));
  return { tokens, unknown: 0, beginOfText: 1, endOfText: 2 };
}

/** True when a token shows up as text that can be read: special tokens, bytes and bare spaces do not. */
export function isVisible(token: VocabularyToken): boolean {
  return token.kind === tokenKind.normal && token.text.replaceAll(spaceMark, '') !== '';
}

/** Words and their weights; a word stands with the space before it, as it does in a text. */
function trainingWords(): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const add = (word: string, weight: number): void => {
    const marked = word.replaceAll(' ', spaceMark);
    weights.set(marked, (weights.get(marked) ?? 0) + weight);
  };
  for (const words of [proseWords, technicalWords]) {
    words.forEach((word, rank) => {
      add(` ${word}`, zipf(rank));
      // Capitals begin sentences and names; words without a space follow quotes and brackets.
      add(` ${word.charAt(0).toUpperCase()}${word.slice(1)}`, zipf(rank) / 8);
      add(word, zipf(rank) / 4);
    });
  }
  schemaFragments.forEach((fragment, rank) => {
    add(fragment, zipf(rank));
  });
  for (const indentation of ['  ', '    ', '        ']) {
    add(indentation, zipf(0));
  }
  return weights;
}

interface SplitWord {
  readonly weight: number;
  pieces: readonly string[];
}

const pairSeparator = '\n';

/**
 * Byte-pair encoding over weighted words: joins the heaviest pair of neighbours again and again.
 * @returns at most `count` pieces in the order in which they were learned; ties go to the pair that was seen first
 */
export function trainPieces(
  weights: ReadonlyMap<string, number>,
  count: number,
): readonly string[] {
  const words: SplitWord[] = [...weights].map(([word, weight]) => ({
    weight,
    pieces: Array.from(word),
  }));
  const pairWeights = new Map<string, number>();
  const wordsOfPair = new Map<string, Set<SplitWord>>();
  const addPairs = (word: SplitWord, sign: 1 | -1): void => {
    for (let i = 1; i < word.pieces.length; i += 1) {
      const pair = `${word.pieces[i - 1]}${pairSeparator}${word.pieces[i]}`;
      pairWeights.set(pair, (pairWeights.get(pair) ?? 0) + sign * word.weight);
      const holders = wordsOfPair.get(pair) ?? new Set();
      wordsOfPair.set(pair, holders.add(word));
    }
  };
  for (const word of words) {
    addPairs(word, 1);
  }
  const learned = new Set<string>();
  while (learned.size < count) {
    const pair = heaviest(pairWeights);
    if (pair === undefined) {
      break;
    }
    const joined = pair.replace(pairSeparator, '');
    learned.add(joined);
    for (const word of wordsOfPair.get(pair) ?? []) {
      addPairs(word, -1);
      word.pieces = join(word.pieces, pair, joined);
      addPairs(word, 1);
    }
    pairWeights.delete(pair);
    wordsOfPair.delete(pair);
  }
  return [...learned];
}

/** A pair lighter than this is gone: what is left of it is rounding. */
const leastWeight = 1e-9;

function heaviest(pairWeights: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let bestWeight = leastWeight;
  for (const [pair, weight] of pairWeights) {
    if (weight > bestWeight) {
      best = pair;
      bestWeight = weight;
    }
  }
  return best;
}

function join(pieces: readonly string[], pair: string, joined: string): readonly string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i] ?? '';
    if (i + 1 < pieces.length && `${piece}${pairSeparator}${pieces[i + 1]}` === pair) {
      result.push(joined);
      i += 1;
    } else {
      result.push(piece);
    }
  }
  return result;
}
