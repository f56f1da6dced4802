import { expect, test } from 'vitest';
import { findingOf, formatInterval } from '../../src/bench/interval-format.ts';
import { pairedInterval } from '../../src/bench/paired-interval.ts';

test('is Student’s interval of the mean difference', () => {
  // Mean 3, sample deviation sqrt(2.5), t(0.975, 4) = 2.776445: half width 1.963243.
  const { mean, low, high } = pairedInterval([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(low).toBeCloseTo(1.036757, 5);
  expect(high).toBeCloseTo(4.963243, 5);
});

test('one pair has no interval, and shows nothing', () => {
  const interval = pairedInterval([7]);
  expect(interval).toEqual({ mean: 7, low: null, high: null });
  expect(findingOf(interval, 1)).toBe('unshown');
  expect(formatInterval('netHitPoints', interval)).toBe('+7 pts (one pair)');
});

test('no pair is a mistake', () => {
  expect(() => pairedInterval([])).toThrow(RangeError);
});

test('gains and losses are told by the sign that the figure wants', () => {
  const less = { mean: -29, low: -36, high: -22 };
  expect(findingOf(less, -1)).toBe('better');
  expect(findingOf(less, 1)).toBe('worse');
  expect(findingOf({ mean: 2, low: -1, high: 5 }, 1)).toBe('unshown');
  expect(formatInterval('ttftMeanPercent', less)).toBe('−29 % (−36 to −22)');
});
