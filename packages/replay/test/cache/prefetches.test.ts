import { blockLoad, replay } from '@entresol/replay';
import type { CallOrder, ReplacementMaker, Trace, TraceCall } from '@entresol/replay';
import { describe, expect, it } from 'vitest';

/** Role of one block of 16 tokens, then the context; no reply. */
function call(agent: number, context: number, reused = 0): TraceCall {
  return {
    agent,
    role: agent,
    conversation: agent,
    roleTokens: 16,
    contextTokens: context,
    outputTokens: 0,
    reusedTokens: reused,
  };
}

function traceOf(sessions: readonly (readonly TraceCall[])[]): Trace {
  return {
    workload: 'by hand',
    agents: ['a', 'b', 'c'],
    roles: 3,
    sessions: sessions.map((calls, at) => ({ id: `s${at}`, calls, conversations: 3 })),
    source: { name: 'by hand', estimated: [] },
  };
}

/** Session 0 calls a, then c; between them session 1 calls b, which takes most of what a had. */
const order: CallOrder = {
  sessions: Int32Array.from([0, 1, 0, 0]),
  calls: Int32Array.from([0, 0, 1, 2]),
  concurrency: 2,
};
const capacity = 7;

/** Everything is worth the same, so that the least recently used goes; after its second call session 0 is thought to go on to a. */
function expecting(part: 'role' | 'whole' | undefined): ReplacementMaker {
  return {
    name: 'by hand',
    source: 'test',
    create: () => ({
      victims: { kind: 'score', keep: () => 0 },
      ...(part === undefined
        ? {}
        : { expected: ({ now }) => (now === 2 ? { agent: 0, part } : undefined) }),
    }),
  };
}

describe('prompts computed ahead', () => {
  const back = blockLoad(traceOf([[call(0, 64), call(2, 0), call(0, 64, 64)], [call(1, 64)]]), 16);

  it('are found by the call that was expected, and are charged', () => {
    const without = replay(back, order, capacity, expecting(undefined));
    expect(without.cachedByCall[3]).toBe(16);
    expect(without.prefetched).toBeUndefined();
    const ahead = replay(back, order, capacity, expecting('whole'));
    expect(ahead.cachedByCall[3]).toBe(80);
    expect(ahead.warmUpTokens).toBe(64);
    expect(ahead.prefetched).toEqual({
      issued: 1,
      used: 1,
      wastedTokens: 0,
      warmUps: [{ afterCall: 2, tokens: 64, depth: 16, beforeCall: 3 }],
    });
  });

  it('are wasted when another agent is called', () => {
    const astray = blockLoad(traceOf([[call(0, 64), call(2, 0), call(2, 32)], [call(1, 64)]]), 16);
    const { prefetched, warmUpTokens } = replay(astray, order, capacity, expecting('whole'));
    expect(warmUpTokens).toBe(64);
    expect(prefetched).toMatchObject({ issued: 1, used: 0, wastedTokens: 64 });
  });

  it('are not sent for less than a warm-up is worth', () => {
    const { prefetched } = replay(back, order, capacity, expecting('role'));
    expect(prefetched).toMatchObject({ issued: 0, wastedTokens: 0 });
  });
});
