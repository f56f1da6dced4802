import { array, assert, constantFrom, integer, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLoad, gpu8b, interleave, timeCalls } from '../../src/index.ts';
import type { StepCost, Touch, Trace } from '../../src/index.ts';
import { timePerIteration } from './per-iteration.ts';

interface Sizes {
  readonly context: number;
  readonly output: number;
}

/** Sessions of one agent with the given calls. */
const traceOf = (sessions: readonly (readonly Sizes[])[]): Trace => ({
  workload: 'made',
  agents: ['a'],
  roles: 1,
  sessions: sessions.map((calls, id) => ({
    id: `s${id}`,
    conversations: 1,
    calls: calls.map(({ context, output }) => ({
      agent: 0,
      role: 0,
      conversation: 0,
      roleTokens: 16,
      contextTokens: context,
      outputTokens: output,
      reusedTokens: 0,
    })),
  })),
  source: { name: 'made by hand', estimated: [] },
});

/** Round figures, so that times can be worked out by hand. */
const plain: StepCost = {
  baseMs: 10,
  perPrefillTokenMs: 0.1,
  perPrefillDepthMs: 0,
  perDecodeMs: 1,
  perContextTokenMs: 0,
  perLoadedTokenMs: 0.02,
};

const timed = (
  sessions: readonly (readonly Sizes[])[],
  {
    cached = [],
    host = [],
    touches = [],
    ...options
  }: {
    cached?: readonly number[];
    host?: readonly number[];
    touches?: readonly Touch[];
  } & Parameters<typeof timeCalls>[3],
) => {
  const load = blockLoad(traceOf(sessions));
  const order = interleave(load, 2, 1);
  const cachedByCall = Int32Array.from(
    { length: order.sessions.length },
    (_, at) => cached[at] ?? 0,
  );
  const hostByCall = cachedByCall.map((_, at) => host[at] ?? 0);
  const outcome = { cachedByCall, hostByCall, touches };
  return timeCalls(load, order, outcome, { meanThinkS: 0, byCall: true, ...options });
};

describe('timeCalls', () => {
  it('gives a lone call its prefill, and its reply one iteration a token', () => {
    // 16 + 84 tokens in chunks of 50: two iterations of 10 + 5 ms; then three tokens of 10 + 1 ms each.
    const { ttftMs, makespanS, throughput } = timed([[{ context: 84, output: 4 }]], {
      cost: plain,
      chunkTokens: 50,
    });
    expect(ttftMs.mean).toBeCloseTo(30, 9);
    expect(makespanS).toBeCloseTo(0.063, 9);
    expect(throughput).toBeCloseTo(4 / 0.063, 6);
  });

  it('takes what is cached off the prefill, but the last token is computed', () => {
    const half = timed([[{ context: 84, output: 1 }]], { cost: plain, cached: [60] });
    expect(half.ttftMs.mean).toBeCloseTo(10 + 4, 9);
    const all = timed([[{ context: 84, output: 1 }]], { cost: plain, cached: [100] });
    expect(all.ttftMs.mean).toBeCloseTo(10 + 0.1, 9);
    expect(half.savedSeconds).toBeCloseTo(0.006, 9);
  });

  it('lets a prompt wait for one that came before it, and decodes beside it', () => {
    const sizes = { context: 84, output: 2 };
    const { ttftMs } = timed([[sizes], [sizes]], { cost: plain, chunkTokens: 100 });
    // Both come at once: 20 ms for the first; then the second with one token of the first beside it.
    expect(ttftMs.byCall && Array.from(ttftMs.byCall)).toEqual(
      [20, 41].map((ms) => expect.closeTo(ms, 9)),
    );
  });

  it('brings up what the host tier has before it computes the rest, one call after the other', () => {
    // 50 tokens of 0.02 ms each, then the other 50 in one iteration of 10 + 5 ms.
    const one = timed([[{ context: 84, output: 1 }]], { cost: plain, host: [50] });
    expect(one.ttftMs.mean).toBeCloseTo(1 + 15, 9);
    // 5 ms of computing saved, less 1 ms on the link.
    expect(one.savedSeconds).toBeCloseTo(0.004, 9);
    // Both come at once: the second's tokens are up at 2 ms, when the engine computes for the first until 16 ms.
    const sizes = { context: 84, output: 1 };
    const both = timed([[sizes], [sizes]], { cost: plain, host: [50, 50] });
    expect(Array.from(both.ttftMs.byCall ?? [])).toEqual(
      [16, 31].map((ms) => expect.closeTo(ms, 9)),
    );
  });

  it('lets another call be computed while the link is busy', () => {
    const sizes = { context: 84, output: 1 };
    const { ttftMs } = timed([[sizes], [sizes]], { cost: plain, host: [90, 0] });
    // The second goes first, at 20 ms; the first had its 90 tokens at 1.8 ms and computes the last 10 after it.
    expect(Array.from(ttftMs.byCall ?? [])).toEqual([31, 20].map((ms) => expect.closeTo(ms, 9)));
  });

  it('has touches computed ahead of the call that needs the room', () => {
    const touch = { beforeCall: 0, tokens: 20, depth: 40 };
    const cost = { ...plain, perPrefillDepthMs: 0.001 };
    // 20 tokens at positions 40 to 60 take 2 + 0.001 · (60² − 40²) / 2 = 3 ms; the call's 100 take 10 + 5.
    const { ttftMs, savedSeconds } = timed([[{ context: 84, output: 1 }]], {
      cost,
      touches: [touch],
    });
    expect(ttftMs.mean).toBeCloseTo(10 + 3 + 15, 9);
    expect(savedSeconds).toBeCloseTo(-0.003, 9);
  });

  it('gives each touch a place in the batch', () => {
    const touch = { beforeCall: 0, tokens: 1, depth: 0 };
    // One at a time: two touches of 10 + 0.1 ms before the call's 20 ms.
    const { ttftMs } = timed([[{ context: 84, output: 1 }]], {
      cost: plain,
      maxRunning: 1,
      touches: [touch, touch],
    });
    expect(ttftMs.mean).toBeCloseTo(2 * 10.1 + 20, 9);
  });

  it('is exactly the engine that goes iteration by iteration', () => {
    const call = record({ context: nat(400), output: integer({ min: 0, max: 30 }) });
    const sessions = array(array(call, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    assert(
      property(
        sessions,
        integer({ min: 1, max: 4 }),
        integer({ min: 1, max: 99 }),
        constantFrom(7, 64, 512),
        constantFrom(1, 2, 256),
        constantFrom(0, 0.005, 0.2),
        constantFrom(0, 13, 200),
        (made, concurrency, seed, chunkTokens, maxRunning, meanThinkS, most) => {
          const load = blockLoad(traceOf(made));
          const order = interleave(load, concurrency, seed);
          const cachedByCall = Int32Array.from(order.sessions, (_, at) => (at * 37 * seed) % 300);
          const hostByCall = cachedByCall.map((tokens) => Math.min(most, 300 - tokens));
          const cost = { ...gpu8b, perLoadedTokenMs: 0.3 };
          const options = { cost, chunkTokens, maxRunning, meanThinkS, maxThinkS: 30, seed };
          const fast = timeCalls(
            load,
            order,
            { cachedByCall, hostByCall },
            { ...options, byCall: true },
          );
          const slow = timePerIteration(load, order, { cachedByCall, hostByCall }, options);
          fast.ttftMs.byCall?.forEach((ms, at) => expect(ms).toBeCloseTo(slow.ttftMs[at] ?? 0, 6));
          expect(fast.makespanS * 1000).toBeCloseTo(slow.endedMs, 6);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('refuses an outcome of another order, and options out of range', () => {
    const load = blockLoad(traceOf([[{ context: 8, output: 1 }]]));
    const order = interleave(load, 1, 1);
    expect(() => timeCalls(load, order, { cachedByCall: new Int32Array(3) })).toThrow('this order');
    const outcome = { cachedByCall: new Int32Array(1) };
    expect(() => timeCalls(load, order, outcome, { chunkTokens: 0 })).toThrow('chunkTokens is 0');
    expect(() => timeCalls(load, order, outcome, { cost: { ...plain, baseMs: 0 } })).toThrow(
      'baseMs is 0',
    );
  });
});
