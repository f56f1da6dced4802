import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GhostOrder } from '../src/ghost-order.ts';
import type { VictimCandidate } from '../src/index.ts';
import { prefixOf } from './support/setting.ts';

type Choice = (candidates: readonly VictimCandidate[]) => number | undefined;

const sessionOf = ({ loses }: VictimCandidate): string => loses[0]?.prefix.session ?? '';
const least = (by: (one: VictimCandidate) => number): Choice => {
  return (candidates) => {
    const values = candidates.map(by);
    const at = values.indexOf(Math.min(...values));
    return at < 0 ? undefined : at;
  };
};
const byAge = least(({ lastUsedAtMs }) => lastUsedAtMs);
const byName = least((one) => sessionOf(one).codePointAt(0) ?? 0);

/** A cache of whole prompts, one a session. */
class Slots {
  readonly #held = new Map<string, number>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  holds(session: string): boolean {
    return this.#held.has(session);
  }

  /** @returns candidates and victim, where something had to go */
  take(
    session: string,
    atMs: number,
    choose: Choice,
  ):
    | { readonly candidates: readonly VictimCandidate[]; readonly victim: VictimCandidate }
    | undefined {
    const full = !this.holds(session) && this.#held.size >= this.#size;
    const candidates = full
      ? Array.from(this.#held, ([name, lastUsedAtMs]) => candidateOf(name, lastUsedAtMs))
      : [];
    const victim = candidates[choose(candidates) ?? -1];
    if (victim !== undefined) this.#held.delete(sessionOf(victim));
    this.#held.set(session, atMs);
    return victim && { candidates, victim };
  }
}

function candidateOf(session: string, lastUsedAtMs: number): VictimCandidate {
  const prefix = prefixOf(`prompt ${session}`, { session });
  return { handle: 'slot', loses: [{ prefix, tokens: 100 }], freesBytes: 10, lastUsedAtMs };
}

const calls = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
  minLength: 1,
  maxLength: 120,
});
const sizes = fc.integer({ min: 1, max: 5 });

describe('GhostOrder', () => {
  it('never differs from an engine that follows the same order', () => {
    fc.assert(
      fc.property(calls, sizes, (sessions, size) => {
        const [engine, ghost] = [new Slots(size), new GhostOrder()];
        sessions.forEach((session, at) => {
          expect(ghost.called({ agent: 'triage', session, prefixes: [] })).toStrictEqual([]);
          const evicted = engine.take(session, at, byAge);
          if (evicted === undefined) return;
          expect(ghost.evicted(evicted.candidates, evicted.victim, byAge)).toBe(false);
        });
      }),
      { seed: 3 },
    );
  });

  it('holds what another cache under the ghost’s order holds, late by no more than one eviction', () => {
    fc.assert(
      fc.property(calls, sizes, fc.boolean(), (sessions, size, swapped) => {
        const [own, other] = swapped ? [byAge, byName] : [byName, byAge];
        const [engine, second, ghost] = [new Slots(size), new Slots(size), new GhostOrder()];
        let [said, truth, wrong] = [0, 0, 0];
        sessions.forEach((session, at) => {
          const expected = Number(second.holds(session)) - Number(engine.holds(session));
          const uses = ghost.called({ agent: 'triage', session, prefixes: [] });
          const found = uses.reduce((sum, { heldBy }) => sum + (heldBy === 'ghost' ? 1 : -1), 0);
          said += found;
          truth += expected;
          wrong += Math.abs(found - expected);
          const evicted = engine.take(session, at, own);
          second.take(session, at, other);
          if (evicted !== undefined) ghost.evicted(evicted.candidates, evicted.victim, other);
        });
        expect(Math.abs(said - truth)).toBeLessThanOrEqual(1 + sessions.length / 10);
      }),
      { seed: 3 },
    );
  });
});
