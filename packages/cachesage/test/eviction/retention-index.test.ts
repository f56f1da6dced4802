import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { retentionIndex } from '../../src/eviction/retention-index.ts';
import { gridSize, timeGrid } from '../../src/survival/time-grid.ts';

it('is the rate of a memoryless reuse', () => {
  // (1 - e^-rt) / ∫ e^-rs ds = r for every t; the trapezoid over the coarse grid overstates the integral.
  for (const rate of [0.05, 0.2]) {
    const used = Float64Array.from(timeGrid, (t) => 1 - Math.exp(-rate * t));
    const index = retentionIndex(used, used);
    expect(index).toBeGreaterThan(0.97 * rate);
    expect(index).toBeLessThanOrEqual(rate * (1 + 1e-9));
  }
});

it('sees a reuse beyond any short horizon', () => {
  const late = Float64Array.from(timeGrid, (t) => (t >= 96 ? 1 : 0));
  expect(retentionIndex(late, late)).toBeGreaterThan(1 / 96);
  expect(retentionIndex(new Float64Array(gridSize), new Float64Array(gridSize))).toBe(0);
});

const certain = retentionIndex(
  new Float64Array(gridSize).fill(1),
  new Float64Array(gridSize).fill(1),
);

it('never exceeds that of a certain reuse at once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: gridSize,
        maxLength: gridSize,
      }),
      (steps) => {
        const used = Float64Array.from(steps.toSorted((a, b) => a - b));
        expect(retentionIndex(used, used)).toBeLessThanOrEqual(certain);
      },
    ),
  );
});
