import { ManualClock } from '@entresol/runtime-core/testing';
import { expect, it } from 'vitest';
import { Bandwidth } from '../../../src/embedded/tier/bandwidth.ts';
import { CostFit } from '../../../src/slot-manager/cost-fit.ts';

it('waits out what is left of a transfer, and nothing once it took long enough by itself', async () => {
  const clock = new ManualClock();
  const waits: number[] = [];
  const bandwidth = new Bandwidth({
    bytesPerSecond: 1_000_000,
    clock,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  const quick = bandwidth.begin();
  clock.advanceBy(10);
  await quick(50_000);
  const slow = bandwidth.begin();
  clock.advanceBy(60);
  await slow(50_000);
  expect(waits).toEqual([40]);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s bytes a second', (rate) => {
  expect(() => new Bandwidth({ bytesPerSecond: rate, clock: new ManualClock() })).toThrow(
    RangeError,
  );
});

it('is known to the cost of a load before the first load', () => {
  const cost = new CostFit();
  const bandwidth = new Bandwidth({ bytesPerSecond: 1_000_000, clock: new ManualClock() });
  cost.limitLoads((bytes) => bandwidth.transferMs(bytes));
  expect(cost.loadMs(1_000, 'disk')).toBeCloseTo(cost.footprintBytes(1_000) / 1_000);
  expect(cost.loadMs(1_000, 'device')).toBe(0);
});
