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
} from '../../src/index.ts';
import type { CallOrder, Trace, TraceCall } from '../../src/index.ts';

const block = 16;
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
  return { sessions: Int32Array.from(sessions), calls: Int32Array.from(calls), concurrency: 2 };
};

const blocksFound = (trace: Trace, order: CallOrder, capacity: number): number[] =>
  Array.from(
    replay(blockLoad(trace), order, capacity, lru).cachedByCall,
    (tokens) => tokens / block,
  );

describe('ReplayCache', () => {
  it('finds a role prefix that another session brought, and a conversation that goes on', () => {
    const trace = traceOf([[call(0, 3), call(0, 5, 3)], [call(0, 3)]]);
    // 2 of the role; then role and own 3.
    expect(blocksFound(trace, inTurn(0, 1, 0), 100)).toEqual([0, 2, 5]);
  });

  it('gives up the tail of the least recently used leaf, and only as much as is needed', () => {
    const trace = traceOf([[call(0, 4), call(0, 4, 4)], [call(1, 2)]]);
    // 6 blocks, then 4 more in room for 8: two of the first conversation go, from its end.
    expect(blocksFound(trace, inTurn(0, 1, 0), 8)).toEqual([0, 0, 4]);
  });

  it('never gives up a head before its tail', () => {
    const trace = traceOf([[call(0, 4), call(0, 4, 4)], [call(1, 6)]]);
    // The newcomer takes 8 of 8: conversation and role of the other are gone.
    expect(blocksFound(trace, inTurn(0, 1, 0), 8)).toEqual([0, 0, 0]);
    // With room for 9 one block of the role is left.
    expect(blocksFound(trace, inTurn(0, 1, 0), 9)).toEqual([0, 0, 1]);
  });

  it('keeps the head of a prompt that is longer than the cache', () => {
    const trace = traceOf([[call(0, 9), call(0, 9, 9)]]);
    expect(blocksFound(trace, inTurn(0, 0), 5)).toEqual([0, 5]);
  });

  it('takes what a conversation leaves behind for superseded', () => {
    const load = blockLoad(traceOf([[call(0, 6), call(0, 6, 2)]]));
    const cache = new ReplayCache(load, inTurn(0, 0), 100, lru);
    cache.serve();
    cache.serve();
    const { tree } = cache;
    const superseded = Array.from({ length: tree.size }, (_, run) => run).filter(
      (run) => tree.superseded[run] === 1,
    );
    expect(superseded.map((run) => tree.blocks[run])).toEqual([4]);
  });

  it('never holds more than it may, whoever chooses the victims', () => {
    const makers = [...onlineRivals, ...offlineOrders];
    assert(
      property(
        constantFrom(...makers),
        integer({ min: 1, max: 40 }),
        integer({ min: 1, max: 999 }),
        (maker, capacity, seed) => {
          const random = seededRandom(seed);
          const sessions = Array.from({ length: 5 }, () => {
            const before = [0, 0, 0];
            return Array.from({ length: 8 }, () => {
              const agent = Math.floor(random() * 3);
              const reused = Math.floor(random() * ((before[agent] ?? 0) + 1));
              const own = reused + Math.floor(random() * 6);
              before[agent] = own;
              return call(agent, own, reused);
            });
          });
          const load = blockLoad(traceOf(sessions));
          const cache = new ReplayCache(load, interleave(load, 3, seed), capacity, maker);
          for (let at = 0; at < 40; at++) {
            const { cachedTokens, computedTokens } = cache.serve();
            expect(cache.tree.usedBlocks).toBeLessThanOrEqual(capacity);
            expect(Math.min(cachedTokens, computedTokens)).toBeGreaterThanOrEqual(0);
          }
          const { tree } = cache;
          const runs = Array.from({ length: tree.size }, (_, run) => run);
          const held = runs.reduce((sum, run) => sum + (tree.cached[run] ?? 0), 0);
          // A run with something cached has a parent that is cached whole.
          const torn = runs.filter((run) => {
            const parent = tree.parent[run] ?? -1;
            const isWhole = parent < 0 || tree.cached[parent] === tree.blocks[parent];
            return (tree.cached[run] ?? 0) > 0 && !isWhole;
          });
          expect(torn).toEqual([]);
          expect(held).toBe(tree.usedBlocks);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses a cache of nothing', () => {
    const load = blockLoad(traceOf([[call(0, 1)]]));
    expect(() => replay(load, inTurn(0), 0, lru)).toThrow('capacity is 0');
  });
});
