import { blockLoad, replayTimed } from '@entresol/replay';
import type {
  CallOrder,
  ReplacementMaker,
  StepCost,
  TimedReplay,
  Trace,
  TraceCall,
} from '@entresol/replay';
import { describe, expect, it } from 'vitest';

/** Role of one block of 16 tokens, then the context; no reply, so that a call ends with its first token. */
function call(
  agent: number,
  context: number,
  { reused = 0, atS = 0 }: { readonly reused?: number; readonly atS?: number } = {},
): TraceCall {
  return {
    agent,
    role: agent,
    conversation: agent,
    roleTokens: 16,
    contextTokens: context,
    outputTokens: 0,
    reusedTokens: reused,
    // Only the gaps count: from the end of the call before.
    startedAtS: atS,
    endedAtS: atS,
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

/** 10 ms an iteration, 0.1 ms a token. */
const cost: StepCost = {
  baseMs: 10,
  perPrefillTokenMs: 0.1,
  perPrefillDepthMs: 0,
  perDecodeMs: 1,
  perContextTokenMs: 0,
  perLoadedTokenMs: 0,
};

/** Everything is worth the same, so that the least recently used goes; after agent c, session 0 is thought to go on to a. */
function expecting(part: 'role' | 'whole' | undefined): ReplacementMaker {
  return {
    name: 'by hand',
    source: 'test',
    create: () => ({
      victims: { kind: 'score', keep: () => 0 },
      ...(part === undefined
        ? {}
        : { expected: ({ block }) => (block.agent === 2 ? { agent: 0, part } : undefined) }),
    }),
  };
}

/**
 * Session 0 calls a, at 100 ms c, and `gapS` behind that another one; session 1 calls b at once, which takes most of what a
 * had in a cache of 7 blocks: of a's 5 only the role's is left when c has been served.
 */
function play(
  part: 'role' | 'whole' | undefined,
  {
    last = (atS) => call(0, 64, { reused: 64, atS }),
    gapS = 1,
    beside = [],
    chunkTokens = 2_048,
  }: {
    readonly last?: (atS: number) => TraceCall;
    readonly gapS?: number;
    readonly beside?: readonly TraceCall[];
    readonly chunkTokens?: number;
  } = {},
): TimedReplay {
  const own = [call(0, 64), call(2, 0, { atS: 0.1 }), last(0.1 + gapS)];
  const load = blockLoad(traceOf([own, [call(1, 64), ...beside]]));
  const opening: CallOrder = {
    sessions: Int32Array.from([0, 0, 0, 1, ...beside.map(() => 1)]),
    calls: Int32Array.from([0, 1, 2, 0, ...beside.map((_, at) => at + 1)]),
    concurrency: 2,
  };
  const options = { cost, chunkTokens, meanThinkS: 0, byCall: true };
  return replayTimed(load, opening, 7, expecting(part), options);
}

/** Of the last call of session 0. */
const ttft = ({ timing }: TimedReplay): number => timing.ttftMs.byCall?.[2] ?? 0;

describe('a cache on the clock of its engine', () => {
  it('is met by the calls in the order in which they are issued', () => {
    const { order, cachedByCall, prefetched } = play(undefined);
    expect(Array.from(order.sessions)).toEqual([0, 1, 0, 0]);
    expect(Array.from(cachedByCall)).toEqual([0, 0, 0, 16]);
    expect(prefetched).toBeUndefined();
  });

  it('holds a prompt that was computed ahead, and charges it', () => {
    const ahead = play('whole');
    expect(ahead.cachedByCall[3]).toBe(80);
    expect(ahead.warmUpTokens).toBe(64);
    expect(ahead.prefetched).toEqual({
      issued: 1,
      begun: 1,
      used: 1,
      computedTokens: 64,
      wastedTokens: 0,
    });
    // 64 tokens without it, the last one with it.
    expect(ttft(play(undefined))).toBeCloseTo(10 + 6.4, 9);
    expect(ttft(ahead)).toBeCloseTo(10 + 0.1, 9);
    // The call's 80 tokens were found, 64 of them because they had been computed.
    const without = play(undefined).timing.savedSeconds;
    expect(ahead.timing.savedSeconds).toBeCloseTo(without + 0.0064 - 0.0064, 9);
  });

  it('has a call that comes earlier take what there is, and compute the rest', () => {
    // Chunks of 32 tokens: an iteration takes 13.2 ms, and the call comes 5 ms into the first of two.
    const early = play('whole', { gapS: 0.005, chunkTokens: 32 });
    expect(early.cachedByCall[3]).toBe(16 + 32);
    expect(early.prefetched).toMatchObject({ begun: 1, used: 1, computedTokens: 32 });
    // The rest of that iteration, then its own 32 tokens.
    expect(ttft(early)).toBeCloseTo(13.2 - 5 + 13.2, 9);
  });

  it('computes nothing ahead while prompts wait', () => {
    // In chunks of 32, a ends at 39.6 ms and b at 66 ms; c comes at 139.6 ms and ends at 151.2 ms. Before that, at 146 ms,
    // session 1 sends 1,600 tokens: more than 600 ms of waiting prompt, in which a is called.
    const beside = [call(1, 1_584, { atS: 0.08 })];
    const busy = play('whole', { gapS: 0.05, beside, chunkTokens: 32 });
    expect(busy.prefetched).toEqual({
      issued: 1,
      begun: 0,
      used: 0,
      computedTokens: 0,
      wastedTokens: 0,
    });
    expect(busy.warmUpTokens).toBe(0);
  });

  it('wastes what another agent is called after', () => {
    const { prefetched } = play('whole', { last: (atS) => call(2, 32, { atS }) });
    expect(prefetched).toMatchObject({ issued: 1, begun: 1, used: 0, wastedTokens: 64 });
  });

  it('sends nothing ahead that is less than a warm-up is worth', () => {
    expect(play('role').prefetched).toMatchObject({ issued: 0, wastedTokens: 0 });
  });

  it('brings up from a host tier what the cache gave up, and does not prefetch beside one', () => {
    const load = blockLoad(
      traceOf([[call(0, 64), call(0, 64, { reused: 64, atS: 1 })], [call(1, 64)]]),
    );
    const opening: CallOrder = {
      sessions: Int32Array.from([0, 0, 1]),
      calls: Int32Array.from([0, 1, 0]),
      concurrency: 2,
    };
    const options = { cost: { ...cost, perLoadedTokenMs: 0.02 }, meanThinkS: 0, byCall: true };
    const tiered = { ...options, hostBlocks: 3 };
    const { cachedByCall, hostByCall, timing } = replayTimed(
      load,
      opening,
      7,
      expecting(undefined),
      tiered,
    );
    // Of a's five blocks two stay and three go down for b.
    expect(Array.from(cachedByCall)).toEqual([0, 0, 32]);
    expect(Array.from(hostByCall)).toEqual([0, 0, 48]);
    // 48 tokens on the link, then the last token.
    expect(timing.ttftMs.byCall?.[1]).toBeCloseTo(0.96 + 10 + 0.1, 9);
    expect(() => replayTimed(load, opening, 7, expecting('whole'), tiered)).toThrow(
      'give hostBlocks 0',
    );
  });
});
