import { array, assert, constantFrom, integer, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLoad, gpu8b, interleave, timeCalls } from '../../src/index.ts';
import type { StepCost, Trace } from '../../src/index.ts';
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
};

const timed = (
  sessions: readonly (readonly Sizes[])[],
  { cached = [], ...options }: { cached?: readonly number[] } & Parameters<typeof timeCalls>[3],
) => {
  const load = blockLoad(traceOf(sessions));
  const order = interleave(load, 2, 1);
  const cachedByCall = Int32Array.from(
    { length: order.sessions.length },
    (_, at) => cached[at] ?? 0,
  );
  return timeCalls(load, order, { cachedByCall }, { meanThinkS: 0, byCall: true, ...options });
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

  it('charges warm-ups only the time in which nothing waits', () => {
    const sessions = [
      [
        { context: 84, output: 2 },
        { context: 84, output: 2 },
      ],
    ];
    const bare = timed(sessions, { cost: plain, meanThinkS: 1 });
    const warmed = timed(sessions, {
      cost: plain,
      meanThinkS: 1,
      cached: [0, 100],
      warmUps: [{ afterCall: 0, beforeCall: 1, tokens: 100 }],
    });
    expect(warmed.ttftMs.byCall?.[1]).toBeLessThan(bare.ttftMs.byCall?.[1] ?? 0);
    expect(warmed.savedSeconds).toBeCloseTo(0, 9);
    expect(warmed.busyShare).toBeGreaterThan(bare.busyShare * 0.99);
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
        (made, concurrency, seed, chunkTokens, maxRunning, meanThinkS) => {
          const load = blockLoad(traceOf(made));
          const order = interleave(load, concurrency, seed);
          const cachedByCall = Int32Array.from(order.sessions, (_, at) => (at * 37 * seed) % 300);
          const options = { cost: gpu8b, chunkTokens, maxRunning, meanThinkS, maxThinkS: 30, seed };
          const fast = timeCalls(load, order, { cachedByCall }, { ...options, byCall: true });
          const slow = timePerIteration(load, order, cachedByCall, options);
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
