import { BatchEngine } from './batch-engine.ts';
import { ClosedLoop } from './closed-loop.ts';
import type { CallCache, ClientQueue, ClosedLoopInput } from './closed-loop.ts';
import { checkStepCost, gpu8b, prefillMs } from './step-cost.ts';
import { summarise } from './ttft-summary.ts';
import type { BatchLimits } from './batch-engine.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { ReplayOutcome } from '../replay.ts';
import type { StepCost } from './step-cost.ts';
import type { ThinkTimes } from './think-time.ts';
import type { TtftSummary } from './ttft-summary.ts';

export interface TimingOptions extends Partial<BatchLimits>, Partial<ThinkTimes> {
  /** {@link gpu8b} by default. */
  readonly cost?: StepCost;
  /** Sessions open at once; the order's by default. */
  readonly concurrency?: number;
  /** Also give the TTFT of each call. */
  readonly byCall?: boolean;
}

export interface TimingOutcome {
  readonly ttftMs: TtftSummary;
  /** Output tokens a second, over the whole run. */
  readonly throughput: number;
  /**
   * Engine seconds that the tokens found would have taken to compute, less what touches and prefetches took, and less the
   * time on the link of what was brought up.
   */
  readonly savedSeconds: number;
  /** From the opening of the first session to the end of the last call. */
  readonly makespanS: number;
  /** Share of the makespan in which the engine worked. */
  readonly busyShare: number;
  /** By number of the call, where calls waited at the client: how long, and how many calls went in meanwhile. */
  readonly waitMs?: Float64Array;
  readonly waits?: Int32Array;
}

/** vLLM's `max_num_batched_tokens` and `max_num_seqs` where nothing else is set; the think times are round figures. */
const defaults = {
  chunkTokens: 2_048,
  maxRunning: 256,
  meanThinkS: 1,
  maxThinkS: 30,
  seed: 1,
} as const;

/**
 * What the calls of an order would take on a continuous-batching engine that finds for each of them the tokens cached that
 * the replay found. Sessions are a closed loop: a call is issued when the session's call before it has ended and its think
 * time is over, so that calls may meet in another order than the replay's. The cache is not asked again.
 * @throws {RangeError} when an option is out of range, or the outcome is of another order
 */
export function timeCalls(
  load: BlockLoad,
  order: CallOrder,
  outcome: Pick<ReplayOutcome, 'cachedByCall'> &
    Partial<Pick<ReplayOutcome, 'hostByCall' | 'touches'>>,
  options: TimingOptions = {},
): TimingOutcome {
  const { cachedByCall, hostByCall, touches = [] } = outcome;
  if (cachedByCall.length !== order.sessions.length) {
    throw new RangeError(
      `the outcome has ${cachedByCall.length} calls and the order ${order.sessions.length}; give the outcome of this order`,
    );
  }
  const touchesOf = Map.groupBy(touches, ({ beforeCall }) => beforeCall);
  return driveCalls(
    load,
    {
      sessions: [...new Set(order.sessions)],
      calls: positionsBySession(load, order),
      concurrency: order.concurrency,
    },
    () => ({
      found: (call) => ({
        cachedTokens: cachedByCall[call] ?? 0,
        hostTokens: hostByCall?.[call] ?? 0,
        touches: touchesOf.get(call) ?? [],
      }),
    }),
    options,
  );
}

/**
 * Plays sessions on an engine that meets the given cache.
 * @param cacheOf - makes the cache; it may have the engine compute something in iterations in which no prompt waits
 * @throws {RangeError} when an option is out of range
 */
export function driveCalls(
  load: BlockLoad,
  plan: Pick<ClosedLoopInput, 'sessions' | 'calls' | 'concurrency'>,
  cacheOf: (engine: Pick<BatchEngine, 'warmUp'>) => CallCache,
  options: TimingOptions,
  queue?: ClientQueue,
): TimingOutcome {
  const { cost = gpu8b, concurrency = plan.concurrency, byCall = false } = options;
  const set = { ...defaults, ...options };
  checkStepCost(cost);
  checkPositive('concurrency', concurrency);
  checkPositive('chunkTokens', set.chunkTokens);
  checkPositive('maxRunning', set.maxRunning);
  checkSeconds('meanThinkS', set.meanThinkS);
  checkSeconds('maxThinkS', set.maxThinkS);
  let savedMs = 0;
  const { perLoadedTokenMs } = cost;
  const engine = new BatchEngine(cost, set, {
    firstToken: (call, atMs) => loop.firstToken(call, atMs),
    ended: (call, atMs) => loop.ended(call, atMs),
  });
  const cache = cacheOf({
    warmUp: (item) => engine.warmUp(item),
  });
  const counted: CallCache = {
    ...cache,
    found(call, atMs) {
      const found = cache.found(call, atMs);
      savedMs += prefillMs(cost, 0, found.cachedTokens + found.hostTokens);
      savedMs -= found.hostTokens * perLoadedTokenMs;
      for (const { depth, tokens } of found.touches) {
        savedMs -= prefillMs(cost, depth, depth + tokens);
      }
      return found;
    },
  };
  const loop = new ClosedLoop({
    load,
    sessions: plan.sessions,
    calls: plan.calls,
    concurrency,
    think: set,
    perLoadedTokenMs,
    cache: counted,
    queue,
  });
  loop.drive(engine);
  const makespanS = loop.endedMs / 1000;
  return {
    ttftMs: summarise(loop.ttftMs, byCall),
    throughput: makespanS === 0 ? 0 : loop.outputTokens / makespanS,
    savedSeconds: (savedMs - engine.warmUpMs) / 1000,
    makespanS,
    busyShare: makespanS === 0 ? 0 : engine.busyMs / loop.endedMs,
    ...(queue === undefined ? {} : { waitMs: loop.waitMs, waits: loop.waits }),
  };
}

function positionsBySession({ sessions }: BlockLoad, order: CallOrder): readonly number[][] {
  const positions: number[][] = sessions.map(() => []);
  order.sessions.forEach((session, at) => positions[session]?.push(at));
  return positions;
}

function checkPositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}; it must be a positive integer`);
  }
}

function checkSeconds(name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`${name} is ${value}; give seconds of at least 0`);
  }
}
