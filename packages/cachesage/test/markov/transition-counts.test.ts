import { seededRandom } from '@entresol/runtime-core/testing';
import { expect, it } from 'vitest';
import {
  TransitionCounts,
  callCountKey,
  maxEntries,
  maxRows,
  orderOneKey,
} from '../../src/markov/transition-counts.ts';

it('halves an old count after 300 further transitions of its row', () => {
  const counts = new TransitionCounts();
  counts.add(orderOneKey(3), 4, 1);
  for (let i = 0; i < 300; i++) counts.add(orderOneKey(3), 5, 1);
  expect(counts.row(orderOneKey(3))?.counts.get(4)).toBeCloseTo(0.5, 9);
});

it('keeps its bounds on rows and entries, and the rows that are used most', () => {
  const counts = new TransitionCounts();
  const random = seededRandom(5);
  const pick = (): number => 3 + Math.floor(random() * 40);
  for (let i = 0; i < 20_000; i++) {
    counts.add(orderOneKey(3), pick(), 1);
    counts.add(callCountKey(pick(), pick(), 1 + (i % 31)), pick(), 1);
    expect(counts.rowCount).toBeLessThanOrEqual(maxRows);
    expect(counts.entryCount).toBeLessThanOrEqual(maxEntries);
  }
  expect(counts.row(orderOneKey(3))?.counts.size).toBeGreaterThan(30);
  let entries = 0;
  for (const [, row] of counts.rows()) entries += row.counts.size;
  expect(counts.entryCount).toBe(entries);
});

it('gives every context its own key', () => {
  const keys = new Set<number>();
  for (let previous = 0; previous < 20; previous++) {
    keys.add(orderOneKey(previous));
    for (let current = 0; current < 20; current++) {
      for (let visits = 0; visits <= 31; visits++)
        keys.add(callCountKey(previous, current, visits));
    }
  }
  expect(keys.size).toBe(20 + 20 * 20 * 32);
});
