import { blockLoad, interleave, timeCalls, workingSet } from '@entresol/replay';
import type { BlockLoad, CallOrder, PrefetchOutcome, Trace } from '@entresol/replay';
import { readTrace } from '@entresol/replay/node';
import { findPolicy } from './lab-policies.ts';
import type { LabPolicy, PolicyKind, RetentionMode } from './lab-policy.ts';
import type { ReplayCapacity } from './replay-options.ts';

/** One workload under one seed: all capacities, all policies. Plain JSON, so that it can go to a worker. */
export interface ReplayJob {
  readonly trace: string;
  readonly roles: 'agent' | 'agent-and-task';
  readonly skipBadLines: boolean;
  readonly capacity: ReplayCapacity;
  readonly hostTier: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly policies: readonly string[];
}

/** What one policy did with one capacity under one seed. */
export interface ReplayRun {
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly mode: RetentionMode;
  /** Share of the peak working set. */
  readonly capacity: number;
  readonly capacityTokens: number;
  /** Room of the host tier over that of the cache; 0 = there is none. */
  readonly hostTier: number;
  readonly seed: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Brought up from the host tier. */
  readonly hostTokens: number;
  readonly computedTokens: number;
  /** Computed on top, to keep prefixes in the cache. */
  readonly warmUpTokens: number;
  /** Undefined for bounds, which serve no calls. */
  readonly timing?: {
    readonly ttftMeanMs: number;
    readonly ttftP95Ms: number;
    readonly throughput: number;
    readonly savedSeconds: number;
  };
  /** Undefined where nothing is prefetched. */
  readonly prefetch?: {
    readonly issued: number;
    readonly begun: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  readonly touches?: number;
  /** Calls that went before, and milliseconds, of calls that waited at the client. */
  readonly waits?: { readonly p50: number; readonly p99: number };
  readonly waitMs?: { readonly p50: number; readonly p99: number };
  readonly stateBytes?: number;
  /** Prompts with their replies that are longer than the cache: these keep their head only. */
  readonly longerCalls: number;
}

export interface ReplayJobResult {
  readonly workload: string;
  readonly source: string;
  readonly estimated: readonly string[];
  readonly skippedLines: number;
  readonly calls: number;
  readonly sessions: number;
  readonly agents: number;
  readonly declaresGraph: boolean;
  readonly runs: readonly ReplayRun[];
}

const blockTokens = 16;

/**
 * @throws {TraceError} when the trace cannot be read
 * @throws {RangeError} when a capacity in tokens is below the longest prompt
 */
export async function runReplayJob(job: ReplayJob): Promise<ReplayJobResult> {
  const { roles, skipBadLines, concurrency, seed, hostTier } = job;
  const { trace, skippedLines } = await readTrace(job.trace, { roles, skipBadLines });
  const load = blockLoad(trace, blockTokens);
  const order = interleave(load, concurrency, seed);
  const set = workingSet(load, order);
  const runs: ReplayRun[] = [];
  for (const { share, blocks } of capacities(job.capacity, set, shortestCall(load))) {
    const longerCalls = callsLongerThan(load, blocks);
    for (const name of job.policies) {
      const policy = findPolicy(name);
      const capacity = { share, blocks, longerCalls };
      runs.push(playOnce(policy, load, order, { ...capacity, hostTier, seed }));
    }
  }
  return {
    workload: workloadName(trace, roles),
    source: trace.source.name,
    estimated: trace.source.estimated,
    skippedLines,
    calls: order.sessions.length,
    sessions: load.sessions.length,
    agents: trace.agents.length,
    declaresGraph: trace.topology !== undefined,
    runs,
  };
}

function workloadName({ workload }: Trace, roles: ReplayJob['roles']): string {
  return roles === 'agent' ? workload : `${workload} (role per task)`;
}

function playOnce(
  policy: LabPolicy,
  load: BlockLoad,
  order: CallOrder,
  at: {
    readonly share: number;
    readonly blocks: number;
    readonly hostTier: number;
    readonly seed: number;
    readonly longerCalls: number;
  },
): ReplayRun {
  const { name, kind, mode } = policy;
  const played = policy.play(load, order, {
    capacityBlocks: at.blocks,
    hostBlocks: Math.round(at.hostTier * at.blocks),
    seed: at.seed,
  });
  const { outcome, stateBytes } = played;
  const { promptTokens, cachedTokens, hostTokens, computedTokens, warmUpTokens } = outcome;
  const { prefetched, touches } = outcome;
  // Bounds serve no calls.
  const timed =
    kind === 'bound' && name !== 'infinite'
      ? undefined
      : (played.timing ?? timeCalls(load, order, outcome, { seed: at.seed }));
  return {
    policy: name,
    kind,
    mode,
    capacity: at.share,
    capacityTokens: at.blocks * blockTokens,
    hostTier: at.hostTier,
    seed: at.seed,
    promptTokens,
    cachedTokens,
    hostTokens,
    computedTokens,
    warmUpTokens,
    longerCalls: at.longerCalls,
    ...(timed === undefined
      ? {}
      : {
          timing: {
            ttftMeanMs: timed.ttftMs.mean,
            ttftP95Ms: timed.ttftMs.p95,
            throughput: timed.throughput,
            savedSeconds: timed.savedSeconds,
          },
        }),
    ...(prefetched === undefined ? {} : { prefetch: countsOf(prefetched) }),
    ...(touches === undefined ? {} : { touches: touches.length }),
    ...(timed?.waits === undefined ? {} : { waits: quantiles(timed.waits) }),
    ...(timed?.waitMs === undefined ? {} : { waitMs: quantiles(timed.waitMs) }),
    ...(stateBytes === undefined ? {} : { stateBytes }),
  };
}

function countsOf({
  issued,
  begun,
  used,
  wastedTokens,
}: PrefetchOutcome): NonNullable<ReplayRun['prefetch']> {
  return { issued, begun, used, wastedTokens };
}

function quantiles(waits: Int32Array | Float64Array): {
  readonly p50: number;
  readonly p99: number;
} {
  const sorted = waits.toSorted();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function capacities(
  capacity: ReplayCapacity,
  set: { readonly peakBlocks: number; readonly largestCallBlocks: number },
  shortest: number,
): readonly { readonly share: number; readonly blocks: number }[] {
  if (capacity.kind === 'shares') {
    return capacity.shares.map((share) => {
      const blocks = Math.round(share * set.peakBlocks);
      if (blocks < shortest) {
        throw new RangeError(
          `--capacity ${share} is less than any prompt with its reply; give at least ${leastShare(shortest / set.peakBlocks)} to hold the shortest, ${leastShare(set.largestCallBlocks / set.peakBlocks)} to hold the longest`,
        );
      }
      return { share, blocks };
    });
  }
  const blocks = Math.floor(capacity.tokens / blockTokens);
  if (blocks < set.largestCallBlocks) {
    throw new RangeError(
      `--capacity-tokens ${capacity.tokens} is less than the longest prompt with its reply; give at least ${set.largestCallBlocks * blockTokens}`,
    );
  }
  return [{ share: blocks / set.peakBlocks, blocks }];
}

/** Rounded up, so that what is said to be enough is. */
function leastShare(share: number): number {
  return Math.ceil(share * 1000) / 1000;
}

function shortestCall({ sessions }: BlockLoad): number {
  return sessions.reduce(
    (least, calls) => calls.reduce((own, { blocks }) => Math.min(own, blocks), least),
    Number.POSITIVE_INFINITY,
  );
}

function callsLongerThan({ sessions }: BlockLoad, blocks: number): number {
  return sessions.reduce(
    (sum, calls) => sum + calls.filter((call) => call.blocks > blocks).length,
    0,
  );
}
