import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLoad, interleave, lru, replayTimed } from '../../src/index.ts';
import type { Dispatch, StepCost, Trace, TraceCall } from '../../src/index.ts';

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

/** 10 ms an iteration, whatever it holds. */
const cost: StepCost = {
  baseMs: 10,
  perPrefillTokenMs: 0,
  perPrefillDepthMs: 0,
  perDecodeMs: 0,
  perContextTokenMs: 0,
  perLoadedTokenMs: 0,
};
const load = blockLoad(alternating(6, 8));

/** Every open session has a call waiting or in the engine. */
const replayWith = (dispatch: Dispatch, { places = 1, seed = 1 } = {}) => {
  const options = { cost, meanThinkS: 0, seed, queue: { places, dispatch } };
  return replayTimed(load, interleave(load, 3, seed), 40, lru, options);
};

describe('a queue before the engine', () => {
  it('lets calls in as they came', () => {
    const { order, timing } = replayWith({ kind: 'first-come' });
    // Three are open; whoever was served waits for the two others, and the first three came together.
    expect(new Set(order.sessions.slice(0, 3)).size).toBe(3);
    expect(timing.waits?.toSorted().slice(0, 3)).toEqual(Int32Array.from([0, 1, 2]));
    expect(Math.max(...(timing.waits ?? []))).toBe(2);
    // 16 iterations of 10 ms for each of the two before.
    expect(Math.max(...(timing.waitMs ?? []))).toBeCloseTo(320, 9);
  });

  it('counts the wait as part of the time to first token', () => {
    const { timing } = replayWith({ kind: 'first-come' });
    // The first iteration gives the first token.
    const ttft = Array.from(timing.waitMs ?? [], (wait) => wait + 10);
    const mean = ttft.reduce((sum, ms) => sum + ms, 0) / ttft.length;
    expect(timing.ttftMs.mean).toBeCloseTo(mean, 6);
  });

  it('is not there while there are places for all', () => {
    const { timing } = replayWith({ kind: 'first-come' }, { places: 3 });
    expect(Math.max(...(timing.waitMs ?? []))).toBe(0);
  });

  it('finds more in the cache when the longest cached prefix goes first', () => {
    const inTurns = replayWith({ kind: 'first-come' });
    const cachedFirst = replayWith({ kind: 'longest-cached-prefix', maxWait: 12 });
    expect(cachedFirst.promptTokens).toBe(inTurns.promptTokens);
    expect(cachedFirst.cachedTokens).toBeGreaterThan(inTurns.cachedTokens);
  });

  it('lets every call in once, a session in its order, and nobody waits much beyond the bound', () => {
    assert(
      property(
        integer({ min: 1, max: 50 }),
        constantFrom(1, 3, 6, 12),
        constantFrom(1, 2),
        (seed, maxWait, places) => {
          const dispatch = { kind: 'longest-cached-prefix', maxWait } as const;
          const { order, timing } = replayWith(dispatch, { places, seed });
          const next = new Map<number, number>();
          order.sessions.forEach((session, at) => {
            expect(order.calls[at]).toBe(next.get(session) ?? 0);
            next.set(session, (next.get(session) ?? 0) + 1);
          });
          expect([...next.values()]).toEqual(Array.from({ length: 6 }, () => 8));
          // Of those over the bound at once the oldest goes first: the others wait for at most the rest of the queue.
          expect(Math.max(...(timing.waits ?? []))).toBeLessThanOrEqual(maxWait + 2);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a bound or places that are no positive integer', () => {
    expect(() => replayWith({ kind: 'longest-cached-prefix', maxWait: 0 })).toThrow('maxWait is 0');
    expect(() => replayWith({ kind: 'first-come' }, { places: 0 })).toThrow('places is 0');
  });
});
