import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseLife,
  costOfLife,
  valueOfPrewarm,
  valueOfRenewal,
  type CachePrices,
} from '../src/cache-life.ts';

const minute = 60_000;

interface Gap {
  /** Until the next use; Infinity = never. */
  readonly afterMs: number;
  readonly probability: number;
}

/** A random law of the time to the next use: some moments within four hours, and never. */
const gaps: fc.Arbitrary<readonly Gap[]> = fc
  .array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 1, max: 240 * minute }), fc.constant(Infinity)),
      weight: fc.integer({ min: 1, max: 1_000 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((points) => {
    const sum = points.reduce((total, { weight }) => total + weight, 0);
    return points.map(({ afterMs, weight }) => ({ afterMs, probability: weight / sum }));
  });

const prices: fc.Arbitrary<CachePrices> = fc.record({
  readFactor: fc.double({ min: 0, max: 1, noNaN: true }),
  write: fc.uniqueArray(
    fc.record({
      ttlMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * minute),
      factor: fc.double({ min: 0.5, max: 3, noNaN: true }),
    }),
    { selector: ({ ttlMs }) => ttlMs, maxLength: 3 },
  ),
});

const within =
  (law: readonly Gap[]) =>
  (ms: number): number =>
    law.reduce((sum, { afterMs, probability }) => sum + (afterMs <= ms ? probability : 0), 0);

/** What one gap costs, told from the clock: renewals as their moments pass, then a read or a new write. */
function priceOfGap(
  { readFactor }: CachePrices,
  life: { readonly ttlMs: number; readonly factor: number },
  renewals: number,
  usedAfterMs: number,
): number {
  let expiresAtMs = life.ttlMs;
  let paid = 0;
  for (let sent = 0; sent < renewals && expiresAtMs < usedAfterMs; sent++) {
    paid += readFactor;
    expiresAtMs += life.ttlMs;
  }
  return paid + (usedAfterMs <= expiresAtMs ? readFactor : life.factor);
}

const mean = (law: readonly Gap[], of: (gap: Gap) => number): number =>
  law.reduce((sum, gap) => sum + gap.probability * of(gap), 0);

describe('chooseLife', () => {
  it('costs no more than the cheapest of all lives, each priced gap by gap', () => {
    fc.assert(
      fc.property(prices, gaps, fc.integer({ min: 0, max: 6 }), (asked, law, maxRenewals) => {
        const plans = asked.write.flatMap((life) =>
          Array.from({ length: maxRenewals + 1 }, (_, renewals) =>
            mean(law, ({ afterMs }) => priceOfGap(asked, life, renewals, afterMs)),
          ),
        );
        const choice = chooseLife(asked, within(law), maxRenewals);
        expect(choice.cost).toBeCloseTo(Math.min(1, ...plans), 6);
        const life = asked.write.find(({ ttlMs }) => ttlMs === choice.ttlMs);
        const own =
          life === undefined
            ? 1
            : mean(law, ({ afterMs }) => priceOfGap(asked, life, choice.renewals, afterMs));
        expect(own).toBeCloseTo(choice.cost, 6);
      }),
    );
  });

  it('prices a life as the long run does, simulated use by use', () => {
    const asked = { readFactor: 0.1, write: [{ ttlMs: 5 * minute, factor: 1.25 }] };
    const [life] = asked.write;
    if (life === undefined) throw new TypeError('no life');
    // Three uses in four come after two minutes, the fourth after twenty.
    const law = [
      { afterMs: 2 * minute, probability: 0.75 },
      { afterMs: 20 * minute, probability: 0.25 },
    ];
    let usd = 0;
    for (let use = 0; use < 400; use++) usd += use % 4 === 3 ? life.factor : asked.readFactor;
    expect(costOfLife(asked, life, 0, within(law))).toBeCloseTo(usd / 400, 9);
  });

  it('writes nothing that does not come again, and takes the shorter of equal lives', () => {
    const free = {
      readFactor: 0.1,
      write: [
        { ttlMs: 60 * minute, factor: 1 },
        { ttlMs: 5 * minute, factor: 1 },
      ],
    };
    expect(chooseLife(free, () => 0)).toEqual({ ttlMs: undefined, renewals: 0, cost: 1 });
    expect(chooseLife(free, () => 0.5).ttlMs).toBe(5 * minute);
  });

  it('breaks even where the documented prices do', () => {
    const anthropic = {
      readFactor: 0.1,
      write: [
        { ttlMs: 5 * minute, factor: 1.25 },
        { ttlMs: 60 * minute, factor: 2 },
      ],
    };
    const constant = (reuse: number) => chooseLife(anthropic, () => reuse).ttlMs;
    // 1.25 (1 - F) + 0.1 F < 1 from F = 0.25 / 1.15 on.
    expect(constant(0.217)).toBeUndefined();
    expect(constant(0.218)).toBe(5 * minute);
    const late = (ms: number): number => (ms >= 60 * minute ? 0.9 : 0.2);
    expect(chooseLife(anthropic, late).ttlMs).toBe(60 * minute);
  });
});

describe('valueOfRenewal', () => {
  it('is the best of all numbers of renewals, each played through', () => {
    fc.assert(
      fc.property(prices, gaps, fc.integer({ min: 1, max: 6 }), (asked, law, most) => {
        for (const life of asked.write) {
          const lost = mean(law, ({ afterMs }) => (afterMs === Infinity ? 0 : life.factor));
          const plans = Array.from({ length: most }, (_, at) => {
            const renewals = at + 1;
            return (
              lost -
              mean(law, ({ afterMs }) => {
                let paid = 0;
                let expiresAtMs = 0;
                for (let sent = 0; sent < renewals && expiresAtMs < afterMs; sent++) {
                  paid += asked.readFactor;
                  expiresAtMs += life.ttlMs;
                }
                if (afterMs === Infinity) return paid;
                return paid + (afterMs <= expiresAtMs ? asked.readFactor : life.factor);
              })
            );
          });
          expect(valueOfRenewal(asked, life, within(law), most)).toBeCloseTo(Math.max(...plans), 6);
        }
      }),
    );
  });

  it('breaks even at 0.087 with the documented prices', () => {
    const asked = { readFactor: 0.1, write: [] };
    const life = { ttlMs: 5 * minute, factor: 1.25 };
    const once = (reuse: number) => valueOfRenewal(asked, life, (ms) => (ms > 0 ? reuse : 0), 1);
    expect(once(0.0869)).toBeLessThan(0);
    expect(once(0.0871)).toBeGreaterThan(0);
  });
});

describe('valueOfPrewarm', () => {
  it('never pays in money alone, however sure the use', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (used, read, write) => {
          const usd = { read, write, miss: write };
          expect(valueOfPrewarm(used, usd, 0)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });

  it('pays where the wait is worth more', () => {
    expect(valueOfPrewarm(0.9, { write: 0.01, read: 0.001, miss: 0.01 }, 0.002)).toBeLessThan(0);
    expect(valueOfPrewarm(0.9, { write: 0.01, read: 0.001, miss: 0.01 }, 0.01)).toBeGreaterThan(0);
  });
});
