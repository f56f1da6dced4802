import { describe, expect, it } from 'vitest';
import type { BenchDriver } from './bench-driver.ts';

const lengths = [0, 1, 16, 256, 1_024, 4_096];
const tiers = ['device', 'host', 'disk', 'hosted'] as const;

/** `cost` and `load`: what policies and the budget rest on. */
export function describeCostAndLoad(bench: () => BenchDriver): void {
  describe('cost and load', () => {
    it('prices more computing never lower, and none at 0 ms', () => {
      const { cost } = bench().driver;
      const prices = lengths.map((to) => cost.computeMs(0, to));
      expect(prices).toStrictEqual(prices.toSorted((a, b) => a - b));
      expect(prices.every(Number.isFinite)).toBe(true);
      for (const at of lengths) expect(cost.computeMs(at, at)).toBe(0);
    });

    it('prices loading from the device at 0 ms and from elsewhere never below', () => {
      const { cost } = bench().driver;
      for (const tokens of lengths) {
        expect(cost.loadMs(tokens, 'device')).toBe(0);
        for (const tier of tiers) expect(cost.loadMs(tokens, tier)).toBeGreaterThanOrEqual(0);
      }
    });

    it('gives more tokens never a smaller footprint', () => {
      const bytes = lengths.map((tokens) => bench().driver.cost.footprintBytes(tokens));
      expect(bytes).toStrictEqual(bytes.toSorted((a, b) => a - b));
      expect(bytes[0]).toBeGreaterThanOrEqual(0);
    });

    it('counts no request on an engine that nobody uses', () => {
      const { running, waiting, ageMs } = bench().driver.load();
      expect([running, waiting]).toStrictEqual([0, 0]);
      expect(ageMs).toBeGreaterThanOrEqual(0);
    });
  });
}
