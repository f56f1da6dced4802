import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransitionCounts } from '../../src/markov/transition-counts.ts';

describe('a snapshot of counts', () => {
  it('is what a copy of all rows was, looked into at once or after thousands of changes', () => {
    const row = fc.integer({ min: 0, max: 300 });
    const addition = fc.tuple(row, fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(addition, { minLength: 1, maxLength: 40 }), (additions) => {
        const counts = new TransitionCounts();
        const taken: [ReturnType<TransitionCounts['snapshot']>, Map<number, unknown>][] = [];
        // Far beyond one segment of the history, and beyond the rows that are kept.
        for (let round = 0; round < 60; round++) {
          for (const [key, symbol] of additions) {
            counts.add((key + 7 * round) % 400, symbol, 1);
            if ((key + round) % 9 !== 0) continue;
            const snapshot = counts.snapshot();
            if (key % 2 === 0) snapshot.get(key);
            taken.push([snapshot, new Map(counts.rows())]);
          }
        }
        for (const [snapshot, copy] of taken) {
          for (let key = 0; key < 400; key++) expect(snapshot.get(key)).toBe(copy.get(key));
        }
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});
