import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLoad, interleave, workingSet } from '../../src/index.ts';
import type { Trace, TraceCall } from '../../src/index.ts';

const call = (change: Partial<TraceCall> = {}): TraceCall => ({
  agent: 0,
  role: 0,
  conversation: 0,
  roleTokens: 100,
  contextTokens: 100,
  outputTokens: 50,
  reusedTokens: 0,
  ...change,
});

const traceOf = (sessions: readonly (readonly TraceCall[])[], roles = 1): Trace => ({
  workload: 'made',
  agents: ['a', 'b'],
  roles,
  sessions: sessions.map((calls, id) => ({ id: `s${id}`, calls, conversations: 2 })),
  source: { name: 'made by hand', estimated: [] },
});

describe('blockLoad', () => {
  it('counts whole blocks only', () => {
    const [[first] = []] = blockLoad(traceOf([[call()]])).sessions;
    // 100 / 16, and 250 / 16.
    expect(first).toMatchObject({ roleBlocks: 6, reusedBlocks: 6, blocks: 15, first: true });
  });

  it('lets a call reuse what the call before it in its conversation had, and no more', () => {
    const earlier = call();
    const later = call({ contextTokens: 400, reusedTokens: 390 });
    const [[first, second] = []] = blockLoad(traceOf([[earlier, later]])).sessions;
    // The earlier one had 100 + 50 tokens behind its role prefix.
    expect(second?.reusedBlocks).toBe(Math.floor(250 / 16));
    expect(first?.nextReusedBlocks).toBe(second?.reusedBlocks);
    expect(second?.nextReusedBlocks).toBeUndefined();
  });

  it('shares nothing behind another role prefix', () => {
    const calls = [call(), call({ role: 1, reusedTokens: 90 })];
    const [[, second] = []] = blockLoad(traceOf([calls], 2)).sessions;
    expect(second?.reusedBlocks).toBe(second?.roleBlocks);
  });

  it('refuses blocks of no tokens', () => {
    expect(() => blockLoad(traceOf([[call()]]), 0)).toThrow('blockTokens is 0');
  });
});

describe('interleave', () => {
  const load = blockLoad(traceOf(Array.from({ length: 5 }, () => [call(), call(), call()])));

  it('plays every call once, in the order of its session, with no more sessions open than allowed', () => {
    assert(
      property(integer({ min: 1, max: 8 }), integer({ min: 1, max: 999 }), (concurrency, seed) => {
        const { sessions, calls } = interleave(load, concurrency, seed);
        const made = new Map<number, number>();
        let open = 0;
        sessions.forEach((session, at) => {
          expect(calls[at]).toBe(made.get(session) ?? 0);
          if (calls[at] === 0) open += 1;
          expect(open).toBeLessThanOrEqual(concurrency);
          made.set(session, (made.get(session) ?? 0) + 1);
          if (calls[at] === 2) open -= 1;
        });
        expect([...made.values()]).toEqual([3, 3, 3, 3, 3]);
      }),
    );
  });

  it('is a function of the seed', () => {
    expect(interleave(load, 3, 7)).toEqual(interleave(load, 3, 7));
    expect(interleave(load, 3, 7).sessions).not.toEqual(interleave(load, 3, 8).sessions);
  });
});

describe('workingSet', () => {
  it('counts a role prefix once however many sessions use it, and the newest prompt of each conversation', () => {
    const sessions = [[call(), call({ contextTokens: 200 })], [call()]];
    const load = blockLoad(traceOf(sessions));
    const order = {
      sessions: Int32Array.from([0, 1, 0]),
      calls: Int32Array.from([0, 0, 1]),
      concurrency: 2,
    };
    // Role 6; own 9, then 9 more, then the second session is over and the first one's is 350 / 16 - 6 = 15.
    expect(workingSet(load, order)).toEqual({
      peakBlocks: 24,
      meanBlocks: (15 + 24 + 21) / 3,
      largestCallBlocks: 21,
    });
  });
});
