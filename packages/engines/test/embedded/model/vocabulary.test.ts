import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createVocabulary, trainPieces } from '../../../src/embedded/model/vocabulary.ts';

describe('trainPieces', () => {
  it('joins the heaviest neighbours first', () => {
    const weights = new Map([
      ['lower', 5],
      ['low', 2],
      ['new', 6],
    ]);
    // l-o and o-w weigh 7 each, and the first seen of equals goes first; with lo joined, lo-w still weighs 7.
    expect(trainPieces(weights, 3)).toEqual(['lo', 'low', 'ne']);
  });

  it('stops when every word is one piece', () => {
    expect(trainPieces(new Map([['aa', 1]]), 10)).toEqual(['aa']);
  });

  it('makes each piece of two that were there before: llama.cpp can reach it by merging', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[ab_]{1,8}$/), fc.integer({ min: 1, max: 9 })), {
          maxLength: 8,
        }),
        (words) => {
          const known = new Set('ab_');
          for (const piece of trainPieces(new Map(words), 30)) {
            const splits = Array.from(piece, (_, i) => [piece.slice(0, i), piece.slice(i)]);
            expect(splits.some((halves) => halves.every((half) => known.has(half)))).toBe(true);
            known.add(piece);
          }
        },
      ),
    );
  });
});

describe('createVocabulary', () => {
  it('has no token twice', () => {
    const { tokens } = createVocabulary();
    expect(new Set(tokens.map(({ text }) => text)).size).toBe(tokens.length);
    expect(tokens.length).toBeGreaterThan(4000);
  });
});
