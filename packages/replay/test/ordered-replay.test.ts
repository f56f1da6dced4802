import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLoad, lru, replayOrdered } from '../src/index.ts';
import type { Trace, TraceCall } from '../src/index.ts';

const call = (agent: number, contextTokens: number, reusedTokens = 0): TraceCall => ({
  agent,
  role: agent,
  conversation: agent,
  roleTokens: 160,
  contextTokens,
  outputTokens: 16,
  reusedTokens,
});

/** Sessions that alternate between two agents, each with a conversation that grows. */
const alternating = (sessions: number, calls: number): Trace => ({
  workload: 'alternating',
  agents: ['a', 'b'],
  roles: 2,
  sessions: Array.from({ length: sessions }, (_, id) => ({
    id: `s${id}`,
    conversations: 2,
    calls: Array.from({ length: calls }, (__, at) => {
      const earlier = 64 * Math.floor(at / 2);
      return call(at % 2, earlier + 64, earlier);
    }),
  })),
  source: { name: 'made by hand', estimated: [] },
});

const load = blockLoad(alternating(6, 8));
const replayWith = (dispatch: Parameters<typeof replayOrdered>[1]['dispatch'], seed = 1) =>
  replayOrdered(load, { concurrency: 3, seed, dispatch }, 40, lru);

describe('replayOrdered', () => {
  it('serves first come, first served in turns', () => {
    const { waits, order } = replayWith({ kind: 'first-come' });
    // Three are open; whoever was served waits for the two others, and the first three came together.
    expect(Array.from(waits.slice(0, 6))).toEqual([0, 1, 2, 2, 2, 2]);
    expect(new Set(order.sessions.slice(0, 3)).size).toBe(3);
  });

  it('finds more in the cache when the longest cached prefix goes first', () => {
    const inTurns = replayWith({ kind: 'first-come' });
    const cachedFirst = replayWith({ kind: 'longest-cached-prefix', maxWait: 12 });
    expect(cachedFirst.promptTokens).toBe(inTurns.promptTokens);
    expect(cachedFirst.cachedTokens).toBeGreaterThan(inTurns.cachedTokens);
  });

  it('serves every call once, a session in its order, and nobody waits much beyond the bound', () => {
    assert(
      property(integer({ min: 1, max: 50 }), constantFrom(1, 3, 6, 12), (seed, maxWait) => {
        const { order, waits } = replayWith({ kind: 'longest-cached-prefix', maxWait }, seed);
        const next = new Map<number, number>();
        order.sessions.forEach((session, at) => {
          expect(order.calls[at]).toBe(next.get(session) ?? 0);
          next.set(session, (next.get(session) ?? 0) + 1);
        });
        expect([...next.values()]).toEqual(Array.from({ length: 6 }, () => 8));
        // Of those over the bound at once the oldest goes first: the others wait for at most the rest of the queue.
        expect(Math.max(...waits)).toBeLessThanOrEqual(maxWait + 2);
      }),
    );
  });

  it('refuses a bound or a concurrency that is no positive integer', () => {
    expect(() => replayWith({ kind: 'longest-cached-prefix', maxWait: 0 })).toThrow('maxWait is 0');
    expect(() =>
      replayOrdered(load, { concurrency: 0, seed: 1, dispatch: { kind: 'first-come' } }, 40, lru),
    ).toThrow('concurrency is 0');
  });
});
