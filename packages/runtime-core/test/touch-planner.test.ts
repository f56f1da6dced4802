import { assert, constant, double, integer, oneof, property, record, array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvictionOrder, HeldPrefix } from '../src/index.ts';
import { planTouches } from '../src/touch-planner.ts';
import { prefixOf } from './support/setting.ts';

const cost = {
  computeMs: (from: number, to: number) => Math.max(0, to - from),
  loadMs: () => 0,
  footprintBytes: (tokens: number) => tokens,
};

/** `keep` in ms per byte and second, a byte per token: seen a second ago, a prefix of 100 tokens is worth 100 × keep ms. */
function valued(keeps: readonly number[]) {
  const held: HeldPrefix[] = keeps.map((_, at) => ({
    prefix: prefixOf(`p${at}`),
    ownTokens: 100,
    lastUsedAtMs: 0,
  }));
  const worth = ({ id }: { readonly id: string }) => {
    const keep = keeps[Number(id.slice(1))] ?? 0;
    return { reuse: 1, gainMs: 100, keep };
  };
  return { held, valuation: { nowMs: 1_000, cost: () => cost, worth } };
}

function touched(keeps: readonly number[], room: number, free = 0, touchTokens = 10) {
  const { held, valuation } = valued(keeps);
  return planTouches({ held, freeTokens: free, touchTokens }, room, valuation);
}
const ids = (touches: ReturnType<typeof touched>) => touches.map(({ prefix }) => prefix.id);

describe('touches', () => {
  it('keep what is worth more than what goes in its place, least worthy first', () => {
    expect(ids(touched([0.9, 0.5, 0, 0], 100))).toEqual(['p1', 'p0']);
  });

  it('are none while there is room', () => {
    expect(touched([0.9, 0], 100, 100)).toEqual([]);
  });

  it('are none where age and worth agree', () => {
    expect(touched([0, 0.1, 0.5, 0.9], 200)).toEqual([]);
  });

  it('are none for what saves less than the touch costs', () => {
    // 100 tokens × 0.09 ms expected against 10 ms for the block that is computed again.
    expect(touched([0.09, 0], 100)).toEqual([]);
    expect(ids(touched([0.11, 0], 100))).toEqual(['p0']);
  });

  it('say what they cost', () => {
    expect(touched([0.9, 0], 100)[0]?.engineMs).toBe(10);
  });

  it('ascend in worth and leave something worth less to go, whatever the worths', () => {
    const keep = oneof(
      double({ min: 0, max: 2, noNaN: true }),
      constant(Number.NaN),
      constant(Number.POSITIVE_INFINITY),
      constant(-1),
    );
    const cases = record({
      keeps: array(keep, { maxLength: 40 }),
      room: integer({ min: 0, max: 5_000 }),
      free: integer({ min: 0, max: 2_000 }),
    });
    assert(
      property(cases, ({ keeps, room, free }) => {
        const touches = touched(keeps, room, free);
        const worths = touches.map(({ worth }) => worth.keep);
        expect(worths).toEqual(worths.toSorted((a, b) => a - b));
        expect(worths.every((worth) => worth > 0)).toBe(true);
        expect(new Set(ids(touches)).size).toBe(touches.length);
        expect(room > free || touches.length === 0).toBe(true);
        const kept = new Set(ids(touches));
        const left = keeps.filter((one, at) => !kept.has(`p${at}`) && !(one > (worths[0] ?? 0)));
        // Something worth no more than the least of them is left to go in its place.
        expect(left.length > 0 || touches.length === 0).toBe(true);
      }),
    );
  });

  it('are planned from the oldest alone, however much is held', () => {
    const { held, valuation } = valued(Array.from({ length: 5_000 }, () => 0.5));
    let asked = 0;
    const order: EvictionOrder = { held, freeTokens: 0, touchTokens: 10 };
    planTouches(order, 1_000, {
      ...valuation,
      worth: (prefix) => {
        asked += 1;
        return valuation.worth(prefix);
      },
    });
    expect(asked).toBeLessThanOrEqual(48);
  });
});
