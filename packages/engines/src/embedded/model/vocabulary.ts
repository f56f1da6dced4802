import { proseWords, schemaFragments, technicalWords } from './training-words.ts';

/** Token kinds as numbered in GGUF (`tokenizer.ggml.token_type`). */
const tokenKind = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

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
const endMarker = '<|end|>';

/** Control tokens of the chat template: one per role, and the end of a message. */
const roleMarkers: readonly string[] = [
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

interface Pair {
  readonly left: string;
  readonly right: string;
  /** Sum over the words that hold the pair, as often as they hold it. */
  weight: number;
  /** Words that hold the pair or once did. */
  readonly words: Set<SplitWord>;
}

/** A pair lighter than this is gone: what is left of it is rounding. */
const leastWeight = 1e-9;

/**
 * Byte-pair encoding over weighted words: joins the heaviest pair of neighbours again and again.
 * @returns at most `count` pieces in the order in which they were learned; ties go to the pair that was seen first
 */
export function trainPieces(
  weights: ReadonlyMap<string, number>,
  count: number,
): readonly string[] {
  const pairs = new Map<string, Pair>();
  // The same pairs: the heaviest is sought thousands of times, and an array is read faster than a map.
  const listed: Pair[] = [];
  const pairOf = (left: string, right: string): Pair => {
    const key = `${left}\n${right}`;
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, weight: 0, words: new Set() };
      pairs.set(key, pair);
      listed.push(pair);
    }
    return pair;
  };
  const addPairs = (word: SplitWord, sign: 1 | -1): void => {
    for (let i = 1; i < word.pieces.length; i += 1) {
      const pair = pairOf(word.pieces[i - 1] ?? '', word.pieces[i] ?? '');
      pair.weight += sign * word.weight;
      pair.words.add(word);
    }
  };
  for (const [word, weight] of weights) {
    addPairs({ weight, pieces: Array.from(word) }, 1);
  }
  const learned = new Set<string>();
  while (learned.size < count) {
    const pair = heaviest(listed);
    if (pair === undefined) {
      break;
    }
    learned.add(pair.left + pair.right);
    for (const word of pair.words) {
      addPairs(word, -1);
      word.pieces = joined(word.pieces, pair);
      addPairs(word, 1);
    }
    pair.weight = 0;
    pair.words.clear();
  }
  return [...learned];
}

function heaviest(pairs: readonly Pair[]): Pair | undefined {
  let best: Pair | undefined;
  let bestWeight = leastWeight;
  for (const pair of pairs) {
    if (pair.weight > bestWeight) {
      best = pair;
      bestWeight = pair.weight;
    }
  }
  return best;
}

function joined(pieces: readonly string[], { left, right }: Pair): readonly string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i] ?? '';
    if (piece === left && pieces[i + 1] === right) {
      result.push(left + right);
      i += 1;
    } else {
      result.push(piece);
    }
  }
  return result;
}
