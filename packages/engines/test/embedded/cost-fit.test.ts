import { assert, double, property } from 'fast-check';
import { expect, it } from 'vitest';
import { CostFit } from '../../src/slot-manager/cost-fit.ts';

/** Chunks of 250 tokens of prompts of 2,000, as an engine with these true costs would take. */
function taught(perToken: number, perTokenAndDepth: number, prompts: number): CostFit {
  const cost = new CostFit();
  for (let prompt = 0; prompt < prompts; prompt++) {
    for (let from = 0; from < 2_000; from += 250) {
      const to = from + 250;
      const depth = (from + to) / 2;
      cost.learnCompute(from, to, 250 * (perToken + perTokenAndDepth * depth));
    }
  }
  return cost;
}

it('finds the cost of a token and of its depth, ten times slower or faster than the prior', () => {
  assert(
    property(
      double({ min: 0.04, max: 4, noNaN: true }),
      double({ min: 0, max: 2e-4, noNaN: true }),
      (perToken, perDepth) => {
        const cost = taught(perToken, perDepth, 6);
        const truth = (from: number, to: number): number =>
          (to - from) * (perToken + (perDepth * (from + to)) / 2);
        for (const [from, to] of [
          [0, 2_000],
          [0, 250],
          [1_750, 2_000],
        ] as const) {
          expect(cost.computeMs(from, to) / truth(from, to)).toBeCloseTo(1, 1);
        }
      },
    ),
  );
});

it('is additive over a split and never negative', () => {
  const cost = taught(0.5, 1e-5, 2);
  expect(cost.computeMs(0, 700) + cost.computeMs(700, 1_000)).toBeCloseTo(cost.computeMs(0, 1_000));
  expect(cost.computeMs(500, 500)).toBe(0);
  expect(cost.computeMs(500, 400)).toBe(0);
});

it('takes bytes from two saved states and charges nothing for the device', () => {
  const cost = new CostFit();
  cost.learnSize({ tokens: 16, bytes: 1_600 + 40 }, { tokens: 48, bytes: 4_800 + 40 });
  expect(cost.footprintBytes(1_000)).toBe(100_040);
  expect(cost.footprintBytes(0)).toBe(0);
  expect(cost.loadMs(1_000, 'device')).toBe(0);
});

it('follows the quick loads: one that waited for a batch moves the figure little', () => {
  const cost = new CostFit();
  for (let load = 0; load < 400; load++) cost.learnLoad(1_000, 51);
  expect(cost.loadMs(1_000, 'disk')).toBeCloseTo(51, 0);
  // One slow load moves it by a fiftieth of the difference, one quick load by half of it.
  cost.learnLoad(1_000, 151);
  expect(cost.loadMs(1_000, 'disk')).toBeCloseTo(53, 0);
  cost.learnLoad(1_000, 11);
  expect(cost.loadMs(1_000, 'disk')).toBeCloseTo(32, 0);
});

it('tries the second tier until it knows, and leaves it alone where states move slower than they are computed', () => {
  const cost = taught(0.04, 0, 6);
  expect(cost.loadPays(1_000, 0, 1_000)).toBe(true);
  for (let load = 0; load < 3; load++) cost.learnLoad(1_000, 61);
  expect(cost.loadPays(1_000, 0, 1_000)).toBe(false);
  expect(cost.savePays(1_000)).toBe(true);
  for (let save = 0; save < 3; save++) cost.learnSave(1_000, 61);
  expect(cost.savePays(1_000)).toBe(false);
});

it('saves where both ways together cost less than computing once', () => {
  const cost = taught(0.4, 0, 6);
  for (let load = 0; load < 3; load++) cost.learnLoad(1_000, 101);
  for (let save = 0; save < 3; save++) cost.learnSave(1_000, 201);
  expect(cost.savePays(1_000)).toBe(true);
  for (let save = 0; save < 500; save++) cost.learnSave(1_000, 601);
  expect(cost.savePays(1_000)).toBe(false);
});

it('comes back to a tier that three stalled transfers made look slow', () => {
  const cost = taught(0.4, 0, 6);
  for (let transfer = 0; transfer < 3; transfer++) {
    cost.learnLoad(1_000, 601);
    cost.learnSave(1_000, 601);
  }
  let moved = 0;
  for (let call = 0; call < 400; call++) {
    if (cost.savePays(1_000)) {
      cost.learnSave(1_000, 21);
      moved += 1;
    }
    if (cost.loadPays(1_000, 0, 1_000)) cost.learnLoad(1_000, 21);
  }
  expect(moved).toBeGreaterThan(300);
  expect(cost.loadMs(1_000, 'disk')).toBeLessThan(30);
});

it('tries a tier that stays slow ever more rarely', () => {
  const cost = taught(0.04, 0, 6);
  let saves = 0;
  let loads = 0;
  for (let call = 0; call < 20_000; call++) {
    if (cost.savePays(1_000)) {
      cost.learnSave(1_000, 61);
      saves += 1;
    }
    if (cost.loadPays(1_000, 0, 1_000)) {
      cost.learnLoad(1_000, 61);
      loads += 1;
    }
  }
  // Three to know, then after 32, 64, …, 4,096 refusals of either kind.
  expect(saves).toBeLessThan(20);
  expect(saves).toBeGreaterThan(6);
  expect(loads).toBe(saves);
});
