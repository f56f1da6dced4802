import { expect, it } from 'vitest';
import { GapModel } from '../../src/survival/gap-histogram.ts';
import { stillReturns } from '../../src/survival/survival-curve.ts';

const agent = 3;

function learned(gaps: readonly number[]): GapModel {
  const model = new GapModel();
  for (let i = 0; i < 200; i++) model.observe(agent, 'tool', gaps[i % gaps.length] ?? 1);
  return model;
}

it('expects the long gap once the short one has passed', () => {
  // Of three tools two take a quarter of a step, one takes a hundred steps.
  const model = learned([0.25, 0.25, 100]);
  const fresh = model.residual(agent, 'tool', 0);
  const waiting = model.residual(agent, 'tool', 10);
  expect(fresh.median).toBeLessThan(1);
  expect(waiting.median).toBeGreaterThan(40);
  expect(waiting.longer).toBeCloseTo(1 / 3, 1);
});

it('says a distribution function: rising with time, falling with the number of steps', () => {
  const { within } = learned([0.5, 3, 20]).residual(agent, 'tool', 1);
  const at = (i: number, j: number): number => within[i * 16 + j] ?? 0;
  for (let i = 0; i < within.length / 16; i++) {
    for (let j = 0; j < 16; j++) {
      expect(at(i, j)).toBeGreaterThanOrEqual(0);
      expect(at(i, j)).toBeLessThanOrEqual(1 + 1e-9);
      expect(at(i, j)).toBeGreaterThanOrEqual(at(Math.max(0, i - 1), j) - 1e-9);
      expect(at(i, j)).toBeLessThanOrEqual(at(i, Math.max(0, j - 1)) + 1e-9);
    }
  }
});

it('does not let one long break set the unit of time', () => {
  const model = new GapModel();
  for (let i = 0; i < 50; i++) model.observeStep(1000);
  model.observeStep(3_600_000);
  // Clipped at five means: 1000 + 4000 / 51.
  expect(model.meanStepMs).toBeCloseTo(1000 + 4000 / 51, 6);
});

it('lets the chance of return fall to nothing as the wait outlasts all returns', () => {
  expect(stillReturns(0.8, 1)).toBe(1);
  // 0.8 × 0.25 of those that return and 0.2 that never do are left: 0.2 / 0.4 against 0.8 at first.
  expect(stillReturns(0.8, 0.25) * 0.8).toBeCloseTo(0.5, 12);
  expect(stillReturns(0.8, 0)).toBe(0);
});
