import { expect, it } from 'vitest';
import { measureRows } from '../../src/policies-bench/measure-rows.ts';
import {
  exactly,
  fewer,
  measurement,
  withinOfReference,
} from '../../src/policies-bench/policy-measurement.ts';
import type { Judge, Pair } from '../../src/policies-bench/policy-measurement.ts';

function rowsOf(
  judge: Judge,
  figureOf: (seed: number) => Pair,
  pairs = 3,
  wanted: { readonly pairs?: number } = {},
) {
  const metrics = { figure: { metric: 'runs', unit: 'runs', expectedToHelp: true, judge } };
  const one = measurement({
    policy: 'p',
    workload: 'w',
    evidence: 'measured',
    pairs,
    metrics,
    measure: (seed) => Promise.resolve({ figure: figureOf(seed) }),
  });
  const { signal } = new AbortController();
  return measureRows(one, { firstSeed: 5, quick: false, ...wanted, signal });
}

it('gives means over the seeds and the interval of the paired differences', async () => {
  // Seeds 5, 6, 7: differences −4, −5, −6, so −5 ± 4.303 × 1 / √3.
  const [row] = await rowsOf(fewer, (seed) => ({ without: seed, with: 1 }));
  expect(row).toMatchObject({ without: 6, with: 1, pairs: 3, met: true });
  expect(row?.low).toBeCloseTo(-7.484, 3);
  expect(row?.high).toBeCloseTo(-2.516, 3);
});

it('does not count as fewer what the interval leaves open', async () => {
  const [row] = await rowsOf(fewer, (seed) => ({ without: 1, with: seed === 5 ? 2 : 0 }));
  expect(row?.met).toBe(false);
});

it('has no interval of one pair', async () => {
  const [row] = await rowsOf(exactly(1), () => ({ without: 2, with: 1 }), 1);
  expect(row).toMatchObject({ low: null, high: null, met: true });
});

const bySeed = (seed: number): Pair => ({ without: seed, with: 1 });

it('runs as many seeds as are asked for, but one of what no seed changes', async () => {
  const [asked] = await rowsOf(fewer, bySeed, 3, { pairs: 2 });
  expect(asked).toMatchObject({ without: 5.5, pairs: 2 });
  const [one] = await rowsOf(fewer, bySeed, 1, { pairs: 2 });
  expect(one).toMatchObject({ without: 5, pairs: 1 });
});

const at = (value: number) => (): Pair => ({ without: 0, with: value, reference: 0.9 });

it('judges by the mean of the reference', async () => {
  const judge = withinOfReference(0.02, 'the stable app');
  expect((await rowsOf(judge, at(0.885)))[0]?.met).toBe(true);
  expect((await rowsOf(judge, at(0.875)))[0]).toMatchObject({
    met: false,
    threshold: 'at most 0.02 below the stable app (0.900)',
  });
});
