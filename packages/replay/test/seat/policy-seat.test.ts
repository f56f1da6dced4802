import { blockLoad, hindsightSeat, lru, policySeat, replay } from '@entresol/replay';
import type { CallOrder, Trace, TraceCall } from '@entresol/replay';
import type { Policy, PolicyContext, PrefixRef, RuntimeEvent } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';

/** Role of one block, then `context` tokens of which `reused` were there before; no reply. Blocks of 16 tokens. */
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
    agents: ['a', 'b'],
    roles: 2,
    sessions: sessions.map((calls, at) => ({ id: `s${at}`, calls, conversations: 2 })),
    topology: {
      agents: ['a', 'b'],
      edges: [{ from: 'START', to: 'a', kind: 'static' }],
      unknownTargets: [],
    },
    source: { name: 'by hand', estimated: [] },
  };
}

function orderOf(calls: readonly (readonly [session: number, call: number])[]): CallOrder {
  return {
    sessions: Int32Array.from(calls, ([session]) => session),
    calls: Int32Array.from(calls, ([, index]) => index),
    concurrency: 2,
  };
}

/** Two sessions of `a` in turn, each prompt repeating the one before, and a third one in between. */
const trace = traceOf([
  [call(0, 64), call(0, 64, 64)],
  [call(0, 64), call(0, 64, 64)],
  [call(0, 64)],
]);
const order = orderOf([
  [0, 0],
  [1, 0],
  [2, 0],
  [0, 1],
  [1, 1],
]);
/** A role of one block and two prompts of four behind it: the third has room if two blocks go. */
const capacity = 11;

/** The third session is worth least. */
const favouring =
  (favoured: string) =>
  ({ session }: PrefixRef): number =>
    session === favoured ? 2 : session === 's2' ? 0.5 : 1;

function valuing(
  keep: (prefix: PrefixRef) => number,
  hear?: (event: RuntimeEvent, context: PolicyContext) => void,
): Policy {
  return {
    name: 'by hand',
    interference: 'endpoint',
    ...(hear === undefined ? {} : { observe: hear }),
    score: { prefix: (prefix) => ({ reuse: 1, gainMs: 1, keep: keep(prefix) }) },
  };
}

function playedBy(policy: Policy, options = {}) {
  const maker = policySeat('by hand', 'by hand', () => policy, options);
  return replay(blockLoad(trace), order, capacity, maker);
}

describe('a policy in the replay seat', () => {
  it('hears each call as a live runtime would tell it: queued first, its end after its first token', () => {
    const heard: string[] = [];
    playedBy(
      valuing(
        () => 1,
        (event) => void heard.push(event.type),
      ),
    );
    const whole = ['call-start', 'call-first-token', 'call-end'];
    expect(heard).toEqual([
      'topology-declare',
      'session-start',
      ...whole,
      'session-start',
      ...whole,
      'session-start',
      ...whole,
      'session-close',
      ...whole,
      'session-close',
      ...whole,
      'session-close',
    ]);
  });

  it('sees in the chain what a prompt shares with the one before, and in usage what was cached', () => {
    const starts: (readonly PrefixRef[])[] = [];
    const cached: (number | undefined)[] = [];
    playedBy(
      valuing(favouring('s0'), (event) => {
        if (event.type === 'call-start' && event.session === 's0') starts.push(event.prefixes);
        if (event.type === 'call-end') cached.push(event.usage?.cacheRead);
      }),
    );
    const [first, second] = starts;
    expect(first?.map(({ tokens }) => tokens)).toEqual([16, 24, 40, 48, 56, 72, 80]);
    const before = new Set(first?.map(({ id }) => id));
    expect(second?.filter(({ id }) => before.has(id)).at(-1)?.tokens).toBe(80);
    // Nothing; the role, twice; all of s0, which was kept; of s1 the role and two blocks of four.
    expect(cached).toEqual([0, 16, 16, 80, 48]);
  });

  it('decides what the cache keeps', () => {
    expect([...playedBy(valuing(favouring('s0'))).cachedByCall]).toEqual([0, 16, 16, 80, 48]);
    expect([...playedBy(valuing(favouring('s1'))).cachedByCall]).toEqual([0, 16, 16, 48, 80]);
  });

  it('values the end of a prompt by what it adds to the worth of its start', () => {
    // Worth three per byte up to its half and nothing behind: as a whole half of that, which is more than s1's one.
    const halves = valuing((prefix) => {
      const own = prefix.tokens - 16;
      return prefix.session === 's0' ? (3 * Math.min(own, 32)) / own : favouring('s1')(prefix) / 2;
    });
    expect([...playedBy(halves).cachedByCall]).toEqual([0, 16, 16, 48, 80]);
  });
});

describe('an engine that can only be touched', () => {
  it('keeps what the policy wants at the price of a block for each touch', () => {
    const policy = valuing(({ session }) => (session === 's0' ? 1e-3 : 0));
    const touched = playedBy(policy, { mode: 'touch' });
    expect(replay(blockLoad(trace), order, capacity, lru).cachedByCall[3]).toBe(48);
    expect(touched.cachedByCall[3]).toBe(80);
    expect(touched.warmUpTokens).toBe(16);
  });

  it('is not touched where a touch costs more than it can save', () => {
    const policy = valuing(({ session }) => (session === 's0' ? 1e-9 : 0));
    const touched = playedBy(policy, { mode: 'touch' });
    expect(touched.warmUpTokens).toBe(0);
    expect(touched.cachedByCall).toEqual(
      replay(blockLoad(trace), order, capacity, lru).cachedByCall,
    );
  });
});

describe('hindsight', () => {
  it('is told the calls of the same session to come, and no other', () => {
    const future: (readonly string[])[] = [];
    const own = traceOf([[call(0, 64), call(1, 64), call(0, 64, 64)], [call(1, 64)]]);
    const seat = hindsightSeat('hindsight', 'by hand', (foresight) =>
      valuing(
        () => 1,
        (event) => {
          if (event.type === 'call-start') future.push(foresight(event.session, event.call));
        },
      ),
    );
    const calls = orderOf([
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 2],
    ]);
    replay(blockLoad(own), calls, 100, seat);
    expect(future).toEqual([['b', 'a'], [], ['a'], []]);
  });
});
