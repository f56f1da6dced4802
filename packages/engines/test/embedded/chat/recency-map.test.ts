import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RecencyMap } from '../../../src/embedded/chat/recency-map.ts';

describe('RecencyMap', () => {
  it('forgets the least recently used first, by size', () => {
    const computed: string[] = [];
    const map = new RecencyMap<string>(6, (value) => value.length);
    const read = (key: string): string =>
      map.getOrCompute(key, () => {
        computed.push(key);
        return key.toUpperCase();
      });
    expect(['a', 'b', 'c', 'a', 'd', 'a', 'b'].map(read)).toEqual([
      'A',
      'B',
      'C',
      'A',
      'D',
      'A',
      'B',
    ]);
    // Three entries of size 2 fit: d pushed b out, because a was read again.
    expect(computed).toEqual(['a', 'b', 'c', 'd', 'b']);
  });

  it('never holds more than its capacity', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-c]{1,4}$/)),
        fc.integer({ min: 1, max: 20 }),
        (keys, capacity) => {
          const map = new RecencyMap<string>(capacity, () => 0);
          for (const key of keys) {
            expect(map.getOrCompute(key, () => key)).toBe(key);
          }
          let known = 0;
          for (const key of new Set(keys.toReversed())) {
            let missed = false;
            map.getOrCompute(key, () => {
              missed = true;
              return key;
            });
            if (missed) {
              break;
            }
            known += key.length;
          }
          expect(known).toBeLessThanOrEqual(capacity);
        },
      ),
    );
  });

  it('does not remember a failure', () => {
    const map = new RecencyMap<number>(10, () => 1);
    expect(() =>
      map.getOrCompute('a', () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(map.getOrCompute('a', () => 1)).toBe(1);
  });
});
