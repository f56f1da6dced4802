import { BatchEngine } from './batch-engine.ts';
import { ClosedLoop } from './closed-loop.ts';
import { checkStepCost, gpu8b, prefillMs } from './step-cost.ts';
import { summarise } from './ttft-summary.ts';
import type { BatchLimits } from './batch-engine.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { ReplayOutcome } from '../replay.ts';
import type { StepCost } from './step-cost.ts';
import type { ThinkTimes } from './think-time.ts';
import type { TtftSummary } from './ttft-summary.ts';
import type { WarmUp } from './warm-up.ts';

export interface TimingOptions extends Partial<BatchLimits>, Partial<ThinkTimes> {
  /** {@link gpu8b} by default. */
  readonly cost?: StepCost;
  /** Sessions open at once; the order's by default. */
  readonly concurrency?: number;
  readonly warmUps?: readonly WarmUp[];
  /** Also give the TTFT of each call. */
  readonly byCall?: boolean;
}

export interface TimingOutcome {
  readonly ttftMs: TtftSummary;
  /** Output tokens a second, over the whole run. */
  readonly throughput: number;
  /** Engine seconds that the cached tokens would have taken to compute, less what the warm-ups took. */
  readonly savedSeconds: number;
  /** From the opening of the first session to the end of the last call. */
  readonly makespanS: number;
  /** Share of the makespan in which the engine worked. */
  readonly busyShare: number;
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
  { cachedByCall }: Pick<ReplayOutcome, 'cachedByCall'>,
  options: TimingOptions = {},
): TimingOutcome {
  const { cost = gpu8b, concurrency = order.concurrency, warmUps = [], byCall = false } = options;
  const set = { ...defaults, ...options };
  checkStepCost(cost);
  checkPositive('concurrency', concurrency);
  checkPositive('chunkTokens', set.chunkTokens);
  checkPositive('maxRunning', set.maxRunning);
  checkSeconds('meanThinkS', set.meanThinkS);
  checkSeconds('maxThinkS', set.maxThinkS);
  if (cachedByCall.length !== order.sessions.length) {
    throw new RangeError(
      `the outcome has ${cachedByCall.length} calls and the order ${order.sessions.length}; give the outcome of this order`,
    );
  }
  const loop = new ClosedLoop({ load, order, cachedByCall, concurrency, warmUps, think: set });
  const engine = new BatchEngine(cost, set, loop);
  loop.drive(engine);
  const makespanS = loop.endedMs / 1000;
  return {
    ttftMs: summarise(loop.ttftMs, byCall),
    throughput: makespanS === 0 ? 0 : loop.outputTokens / makespanS,
    savedSeconds: savedMs(cost, cachedByCall, warmUps) / 1000,
    makespanS,
    busyShare: makespanS === 0 ? 0 : engine.busyMs / loop.endedMs,
  };
}

function savedMs(cost: StepCost, cachedByCall: Int32Array, warmUps: readonly WarmUp[]): number {
  let saved = 0;
  for (const cached of cachedByCall) saved += prefillMs(cost, 0, cached);
  for (const { tokens, depth = 0 } of warmUps) saved -= prefillMs(cost, depth, depth + tokens);
  return saved;
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
