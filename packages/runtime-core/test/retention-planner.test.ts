import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostModel, VictimCandidate } from '../src/index.ts';
import { candidateValues, rankVictims } from '../src/retention-planner.ts';
import { prefixOf } from './support/setting.ts';

/** 1 ms and 10 bytes per token; a token from disk takes a quarter of computing it. */
const cost: CostModel = {
  computeMs: (from, to) => to - from,
  loadMs: (tokens, tier) => (tier === 'device' ? 0 : tokens / 4),
  footprintBytes: (tokens) => tokens * 10,
};
const valuation = (keeps: Readonly<Record<string, number>>): Parameters<typeof rankVictims>[1] => ({
  cost: () => cost,
  worth: ({ id }) => {
    const keep = keeps[id];
    return keep === undefined ? undefined : { reuse: 0.5, gainMs: 1, keep };
  },
});
const role = prefixOf('role', { tokens: 40 });
const session = prefixOf('session', { tokens: 100, parent: 'role', session: 's1' });

function candidate(changes: Partial<VictimCandidate>): VictimCandidate {
  return { handle: 'h', loses: [], freesBytes: 1_000, lastUsedAtMs: 0, ...changes };
}

describe('candidateValues', () => {
  it('adds up what each lost prefix owns: a session without the role head it contains', () => {
    const loses = [
      { prefix: role, tokens: 40 },
      { prefix: session, tokens: 100 },
    ];
    // role: 2 × 40 × 10 = 800; session: 3 × (100 − 40) × 10 = 1,800; over 1,000 bytes.
    const values = candidateValues([candidate({ loses })], valuation({ role: 2, session: 3 }));
    expect(values).toStrictEqual([2.6]);
  });

  it('counts a loss that a copy softens at what bringing the copy up costs', () => {
    const loses = [{ prefix: role, tokens: 40, copyIn: 'disk' as const }];
    // 2 × 40 × 10 × (40 / 4) / 40 = 200; over 1,000 bytes.
    expect(candidateValues([candidate({ loses })], valuation({ role: 2 }))).toStrictEqual([0.2]);
  });

  it('loses nothing where another copy stays on the device', () => {
    const loses = [{ prefix: role, tokens: 40, copyIn: 'device' as const }];
    expect(candidateValues([candidate({ loses })], valuation({ role: 2 }))).toStrictEqual([0]);
  });

  it('never counts a copy that is dearer than computing for more than computing', () => {
    const slow = { ...valuation({ role: 2 }), cost: () => ({ ...cost, loadMs: () => 1e9 }) };
    const loses = [{ prefix: role, tokens: 40, copyIn: 'disk' as const }];
    expect(candidateValues([candidate({ loses })], slow)).toStrictEqual([0.8]);
  });

  it('values what nobody has an opinion on, and what is no number, at nothing', () => {
    const loses = [
      { prefix: role, tokens: 40 },
      { prefix: session, tokens: 100 },
    ];
    const values = candidateValues([candidate({ loses })], valuation({ session: Number.NaN }));
    expect(values).toStrictEqual([0]);
  });
});

describe('rankVictims', () => {
  it('gives up the least valuable per byte first', () => {
    const dear = candidate({ loses: [{ prefix: role, tokens: 40 }], freesBytes: 100 });
    const cheap = candidate({ loses: [{ prefix: role, tokens: 40 }], freesBytes: 10_000 });
    expect(rankVictims([dear, cheap], valuation({ role: 1 }))).toStrictEqual([1, 0]);
  });

  it('breaks ties by the least recent use', () => {
    const used = [30, 10, 20].map((lastUsedAtMs) => candidate({ lastUsedAtMs }));
    expect(rankVictims(used, valuation({}))).toStrictEqual([1, 2, 0]);
  });

  it('orders every candidate exactly once, by value and then by age', () => {
    const arbitrary = fc.record({
      keep: fc.double({ min: -1, max: 1e6 }),
      freesBytes: fc.integer({ min: 0, max: 1_000_000 }),
      lastUsedAtMs: fc.integer({ min: 0, max: 1_000 }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 20 }), (drawn) => {
        const candidates = drawn.map(({ freesBytes, lastUsedAtMs }, at) =>
          candidate({
            freesBytes,
            lastUsedAtMs,
            loses: [{ prefix: prefixOf(`p${at}`), tokens: 100 }],
          }),
        );
        const keeps = Object.fromEntries(drawn.map(({ keep }, at) => [`p${at}`, keep]));
        const values = candidateValues(candidates, valuation(keeps));
        const order = rankVictims(candidates, valuation(keeps));
        expect(order.toSorted((a, b) => a - b)).toStrictEqual(drawn.map((_, at) => at));
        const keys = order.map((at) => [values[at] ?? 0, drawn[at]?.lastUsedAtMs ?? 0] as const);
        for (const [at, [value, usedAt]] of keys.entries()) {
          const [nextValue, nextUsedAt] = keys[at + 1] ?? [Infinity, Infinity];
          expect(value < nextValue || (value === nextValue && usedAt <= nextUsedAt)).toBe(true);
        }
      }),
    );
  });
});
