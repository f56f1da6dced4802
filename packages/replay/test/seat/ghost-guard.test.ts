import { describe, expect, it } from 'vitest';
import { ghostGuard, lru, replay } from '../../src/index.ts';
import type { ReplacementMaker } from '../../src/index.ts';
import { roleCalls } from '../rivals/hand-made.ts';

/** The best order for a loop that is longer than the cache, for which LRU finds nothing. */
const mru: ReplacementMaker = {
  name: 'mru',
  source: 'most recently used first',
  create: ({ tree }) => ({
    victims: { kind: 'score', keep: (run) => -(tree.lastUse[run] ?? 0) },
  }),
};

const loop = roleCalls('abc'.repeat(40));
const cachedTokens = (maker: ReplacementMaker): number =>
  replay(loop.load, loop.order, 2, maker).cachedTokens;

describe('ghostGuard', () => {
  it('gives way to the engine where the policy is behind', () => {
    expect(cachedTokens(lru)).toBe(0);
    const best = cachedTokens(mru);
    expect(best).toBeGreaterThan(30);
    // It needs the first calls to see who is ahead.
    expect(cachedTokens(ghostGuard(lru, mru))).toBeGreaterThan(best - 5);
  });

  it('changes nothing where the policy is ahead', () => {
    const guarded = replay(loop.load, loop.order, 2, ghostGuard(mru, lru));
    expect(guarded.cachedByCall).toEqual(replay(loop.load, loop.order, 2, mru).cachedByCall);
  });

  it('refuses a policy that has a queue of its own and no scores', () => {
    const queued: ReplacementMaker = {
      name: 'queued',
      source: 'gives nothing up',
      create: () => ({ victims: { kind: 'queue', makeRoom: () => undefined } }),
    };
    expect(() => cachedTokens(ghostGuard(queued, lru))).toThrow('queued has no scores');
  });
});
