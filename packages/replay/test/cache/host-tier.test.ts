import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockLoad,
  interleave,
  lru,
  offlineOrders,
  onlineRivals,
  replay,
  ReplayCache,
  seededRandom,
  unlimitedBlocks,
} from '../../src/index.ts';
import type { CallOrder, ReplacementMaker, Trace, TraceCall } from '../../src/index.ts';

const block = 16;
/** A role of two blocks, `own` behind it of which `reused` were in the conversation's call before. */
const call = (agent: number, own: number, reused = 0): TraceCall => ({
  agent,
  role: agent,
  conversation: agent,
  roleTokens: 2 * block,
  contextTokens: own * block,
  outputTokens: 0,
  reusedTokens: reused * block,
});

const traceOf = (sessions: readonly (readonly TraceCall[])[]): Trace => ({
  workload: 'made',
  agents: ['a', 'b', 'c'],
  roles: 3,
  sessions: sessions.map((calls, id) => ({ id: `s${id}`, calls, conversations: 3 })),
  source: { name: 'made by hand', estimated: [] },
});

const inTurn = (...sessions: number[]): CallOrder => {
  const made = new Map<number, number>();
  const calls = sessions.map((session) => {
    const index = made.get(session) ?? 0;
    made.set(session, index + 1);
    return index;
  });
  return { sessions: Int32Array.from(sessions), calls: Int32Array.from(calls), concurrency: 3 };
};

/** Blocks that each call found in the cache, and brought up. */
const found = (
  trace: Trace,
  order: CallOrder,
  capacity: number,
  host: number,
  maker: ReplacementMaker = lru,
): readonly (readonly [number, number])[] => {
  const { cachedByCall, hostByCall } = replay(blockLoad(trace), order, capacity, maker, host);
  return Array.from(cachedByCall, (tokens, at) => [tokens / block, (hostByCall[at] ?? 0) / block]);
};

/** Conversations of 8 calls of three agents in 5 sessions. */
const drawn = (seed: number): Trace => {
  const random = seededRandom(seed);
  return traceOf(
    Array.from({ length: 5 }, () => {
      const before = [0, 0, 0];
      return Array.from({ length: 8 }, () => {
        const agent = Math.floor(random() * 3);
        const reused = Math.floor(random() * ((before[agent] ?? 0) + 1));
        const own = reused + Math.floor(random() * 6);
        before[agent] = own;
        return call(agent, own, reused);
      });
    }),
  );
};

describe('a host tier behind the cache', () => {
  it('has what the cache gave up, tail first, and brings it up', () => {
    const trace = traceOf([[call(0, 4), call(0, 4, 4)], [call(1, 2)]]);
    // 6 blocks, then 4 more in room for 8: the last two of the first go down, and come up again.
    expect(found(trace, inTurn(0, 1, 0), 8, 100)).toEqual([
      [0, 0],
      [0, 0],
      [4, 2],
    ]);
    // Room for one: the tail's last is gone.
    expect(found(trace, inTurn(0, 1, 0), 8, 1)[2]).toEqual([4, 1]);
    expect(found(trace, inTurn(0, 1, 0), 8, 0)[2]).toEqual([4, 0]);
  });

  /** Each call takes the whole cache of 4, so that the one before goes down. */
  const threeInTurn = traceOf([
    [call(0, 2), call(0, 2, 2)],
    [call(1, 2), call(1, 2, 2)],
    [call(2, 2)],
  ]);

  it('gives up what was used least recently, where the cache does', () => {
    // Of a and b, in room for 4, b is left. It comes up; then c, which goes down for it, is all that is there for a.
    expect(found(threeInTurn, inTurn(0, 1, 2, 1, 0), 4, 4).slice(3)).toEqual([
      [0, 4],
      [0, 0],
    ]);
  });

  it('gives up what is worth least to the policy', () => {
    const firstAgent: ReplacementMaker = {
      name: 'first agent',
      source: 'keeps agent 0',
      create: ({ tree }) => ({
        victims: { kind: 'score', keep: (run) => -(tree.agent[run] ?? 0) },
      }),
    };
    expect(found(threeInTurn, inTurn(0, 1, 2, 1, 0), 4, 4, firstAgent).slice(3)).toEqual([
      [0, 0],
      [0, 4],
    ]);
  });

  it('is asked about the block that it would give up, not about those in the cache', () => {
    const asked: (readonly [number, number])[] = [];
    const asking: ReplacementMaker = {
      name: 'asking',
      source: 'notes what it is asked',
      create: ({ tree }) => ({
        victims: {
          kind: 'score',
          keep(run, held) {
            if (!tree.isRole(run)) asked.push([held, tree.cached[run] ?? 0]);
            return tree.lastUse[run] ?? 0;
          },
        },
      }),
    };
    const trace = traceOf([[call(0, 4)], [call(1, 2)]]);
    found(trace, inTurn(0, 1), 8, 1, asking);
    // Two of four go down; room for one, so the fourth is looked at while two are cached.
    expect(asked).toContainEqual([4, 2]);
  });

  it('computes nothing twice while it has room, whoever chooses', () => {
    assert(
      property(
        constantFrom(...onlineRivals, ...offlineOrders),
        integer({ min: 40, max: 60 }),
        integer({ min: 1, max: 999 }),
        (maker, capacity, seed) => {
          const load = blockLoad(drawn(seed));
          const order = interleave(load, 3, seed);
          const enough = unlimitedBlocks(load);
          const tiered = replay(load, order, capacity, maker, enough);
          expect(tiered.computedTokens).toBe(replay(load, order, enough, lru).computedTokens);
          const bare = replay(load, order, capacity, maker);
          expect(tiered.cachedTokens).toBe(bare.cachedTokens);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never holds more than it may, nor a tail without its head', () => {
    assert(
      property(
        constantFrom(...onlineRivals, ...offlineOrders),
        integer({ min: 1, max: 40 }),
        integer({ min: 1, max: 40 }),
        integer({ min: 1, max: 999 }),
        (maker, capacity, host, seed) => {
          const load = blockLoad(drawn(seed));
          const cache = new ReplayCache(load, interleave(load, 3, seed), capacity, maker, host);
          const { tree } = cache;
          const { held } = tree.anywhere;
          for (let at = 0; at < 40; at++) {
            const served = cache.serve();
            expect(served.hostTokens).toBeGreaterThanOrEqual(0);
            expect(served.computedTokens).toBeGreaterThanOrEqual(0);
            expect(tree.usedBlocks).toBeLessThanOrEqual(capacity);
            expect(tree.hostBlocks).toBeLessThanOrEqual(host);
          }
          const runs = Array.from({ length: tree.size }, (_, run) => run);
          const torn = runs.filter((run) => {
            const parent = tree.parent[run] ?? -1;
            const isWhole = parent < 0 || held[parent] === tree.blocks[parent];
            return (held[run] ?? 0) < (tree.cached[run] ?? 0) || ((held[run] ?? 0) > 0 && !isWhole);
          });
          expect(torn).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses less than nothing', () => {
    const load = blockLoad(traceOf([[call(0, 1)]]));
    expect(() => replay(load, inTurn(0), 4, lru, -1)).toThrow('the host tier has -1 blocks');
  });
});
