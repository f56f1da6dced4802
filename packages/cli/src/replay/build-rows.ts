import { mean, sampleStandardDeviation } from 'simple-statistics';
import { wholeOf } from './ablation.ts';
import {
  bestOf,
  changes,
  changesToBest,
  differences,
  netRateOf,
  throughputOf,
  ttftOf,
} from './paired-rows.ts';
import type { Runs } from './paired-rows.ts';
import type { Change, ReplayRow, ReplayWorkload } from './replay-document.ts';
import type { ReplayJobResult, ReplayRun } from './replay-run.ts';

/** Workloads on which constants were chosen. */
const developmentSet = new Set(['chatdev', 'magentic_ww', 'mad_debate', 'marble_research']);

const rateOf = ({ cachedTokens, promptTokens }: ReplayRun): number =>
  promptTokens === 0 ? 0 : cachedTokens / promptTokens;

const hostRateOf = ({ hostTokens, promptTokens }: ReplayRun): number =>
  promptTokens === 0 ? 0 : hostTokens / promptTokens;

const deviation = (rates: readonly number[]): number =>
  rates.length > 1 ? sampleStandardDeviation([...rates]) : 0;

const bySeed = (a: ReplayRun, b: ReplayRun): number => a.seed - b.seed;

/**
 * Rows of one workload from its seeds' results, in the order in which policies were asked for.
 * @param by - what was asked for: shares of the working set are the same for all seeds, or tokens are
 */
export function buildRows(
  results: readonly ReplayJobResult[],
  concurrency: number,
  by: 'capacity' | 'capacityTokens',
): readonly ReplayRow[] {
  const [first] = results;
  if (first === undefined) return [];
  const runs = results.flatMap((result) => result.runs).toSorted(bySeed);
  const rows: ReplayRow[] = [];
  for (const ofCapacity of Map.groupBy(runs, (run) => run[by]).values()) {
    const byPolicy = Map.groupBy(ofCapacity, ({ policy, mode }) =>
      mode === 'ranked' ? policy : `${policy} (${mode})`,
    );
    const plain = besideOf(byPolicy, 'lru', 'cachesage', ['online']);
    const clocked = besideOf(byPolicy, 'lru+timed', 'cachesage+timed', ['timed', 'prefetch']);
    for (const own of byPolicy.values()) {
      const { policy = '', kind } = own[0] ?? {};
      const whole = wholeOf(policy);
      const isClocked = kind === 'timed' || kind === 'prefetch' || whole === 'cachesage+prefetch';
      const beside = isClocked ? clocked : plain;
      const sage = whole === undefined ? beside.sage : byPolicy.get(whole);
      const without =
        isClocked || kind === 'ordering' ? byPolicy.get(withoutOf(policy)) : undefined;
      rows.push(rowOf(own, { workload: first.workload, concurrency, without, ...beside, sage }));
    }
  }
  return rows;
}

export function workloadOf(results: readonly ReplayJobResult[]): ReplayWorkload | undefined {
  const [first] = results;
  if (first === undefined) return undefined;
  const { workload, source, estimated, sessions, calls, agents, declaresGraph, skippedLines } =
    first;
  return {
    name: workload,
    source,
    estimated,
    sessions,
    calls,
    agents,
    declaresGraph,
    skippedLines,
    isDevelopmentSet: developmentSet.has(workload.split(' ')[0] ?? workload),
    longerCalls: Object.fromEntries(
      first.runs.map(({ capacity, longerCalls }) => [String(capacity), longerCalls]),
    ),
  };
}

/** The row of the same policy without prefetching or ordering; of an ablation, of the whole estimator with it. */
function withoutOf(policy: string): string {
  return (
    wholeOf(policy) ??
    policy.replace('+prefetch', '+timed').replace(/\+order-\d+c$/u, '+first-come')
  );
}

/** What the rows of one group are compared with. */
interface Beside {
  readonly lru: Runs | undefined;
  readonly sage: Runs | undefined;
  /** Online ones; CacheSage is nobody's rival here. */
  readonly rivals: readonly Runs[];
  /** Net hit rate of the best feasible offline order; undefined where there is none. */
  readonly ceiling: number | undefined;
}

function besideOf(
  byPolicy: ReadonlyMap<string, Runs>,
  lru: string,
  sage: string,
  kinds: readonly ReplayRun['kind'][],
): Beside {
  const all = [...byPolicy.values()];
  const offline = all.filter(([run]) => run?.kind === 'offline' && kinds.includes('online'));
  return {
    lru: byPolicy.get(lru),
    sage: byPolicy.get(sage),
    rivals: all.filter(
      ([run]) =>
        run !== undefined &&
        kinds.includes(run.kind) &&
        !run.policy.startsWith('cachesage+') &&
        run.policy !== 'cachesage',
    ),
    ceiling:
      offline.length === 0
        ? undefined
        : Math.max(...offline.map((own) => mean(own.map(netRateOf)))),
  };
}

function rowOf(
  own: Runs,
  {
    workload,
    concurrency,
    lru,
    sage,
    rivals,
    ceiling,
    without,
  }: Beside & {
    readonly workload: string;
    readonly concurrency: number;
    readonly without: Runs | undefined;
  },
): ReplayRow {
  const [first] = own;
  if (first === undefined) throw new RangeError('A row needs a run.');
  const rates = own.map(rateOf);
  const hitRate = {
    mean: mean(rates),
    sd: deviation(rates),
  };
  const netRates = own.map(netRateOf);
  const netHitRate = { mean: mean(netRates), sd: deviation(netRates) };
  const base = lru === undefined ? undefined : mean(lru.map(netRateOf));
  const headroom = base === undefined || ceiling === undefined ? 0 : ceiling - base;
  const timings = own.map(({ timing }) => timing).filter((timing) => timing !== undefined);
  const average = (figure: (timing: (typeof timings)[number]) => number): number | null =>
    timings.length === 0 ? null : mean(timings.map(figure));
  const ttftMean = average(({ ttftMeanMs }) => ttftMeanMs);
  const ttftP95 = average(({ ttftP95Ms }) => ttftP95Ms);
  const paired = first.kind !== 'bound' && first.kind !== 'ordering';
  const best = bestOf(rivals, netRateOf, 'higher');
  const rival = best?.[0]?.policy;
  const hostRates = own.map(hostRateOf);
  const counts = own.map(({ touches }) => touches).filter((each) => each !== undefined);
  const change = (figure: typeof ttftOf, better: 'higher' | 'lower'): Change => ({
    vsLru: paired && own !== lru ? changes(own, lru, figure) : null,
    vsBest: paired ? changesToBest(own, rivals, figure, better) : null,
  });
  return {
    workload,
    policy: first.policy,
    kind: first.kind,
    mode: first.mode,
    capacity: first.capacity,
    capacityTokens: Math.round(mean(own.map(({ capacityTokens }) => capacityTokens))),
    hostTier: first.hostTier,
    concurrency,
    seeds: own.length,
    hitRate,
    netHitRate,
    hostHitRate: first.hostTier === 0 ? null : { mean: mean(hostRates), sd: deviation(hostRates) },
    headroomClosed:
      paired && base !== undefined && headroom > 0.0005
        ? (netHitRate.mean - base) / headroom
        : null,
    computedTokens: Math.round(mean(own.map(({ computedTokens }) => computedTokens))),
    savedSeconds: average(({ savedSeconds }) => savedSeconds),
    ttftMs: ttftMean === null || ttftP95 === null ? null : { mean: ttftMean, p95: ttftP95 },
    throughput: average(({ throughput }) => throughput),
    pairedVsLru: paired && lru !== undefined ? differences(own, lru, netRateOf) : null,
    pairedVsBest: paired && best !== undefined ? toRival(own, best, rival) : null,
    pairedTtft: change(ttftOf, 'lower'),
    pairedThroughput: change(throughputOf, 'higher'),
    pairedVsCachesage:
      sage !== undefined && ['variant', 'ablation', 'prefetch'].includes(first.kind)
        ? differences(own, sage, netRateOf)
        : null,
    pairedVsWithout:
      without !== undefined && without !== own && first.kind !== 'timed'
        ? {
            netHitRate: differences(own, without, netRateOf),
            ttft: changes(own, without, ttftOf),
            throughput: changes(own, without, throughputOf),
          }
        : null,
    prefetch: prefetchOf(own),
    touches: counts.length === 0 ? null : tenths(mean(counts)),
    stateBytes: first.stateBytes === undefined ? null : Math.max(...own.map(stateBytesOf)),
    waits: waitsOf(own.map((run) => run.waits)),
    waitMs: waitsOf(own.map((run) => run.waitMs)),
  };
}

function toRival(own: Runs, best: Runs, rival: string | undefined): ReplayRow['pairedVsBest'] {
  if (own === best || rival === undefined) return null;
  const interval = differences(own, best, netRateOf);
  return interval && { rival, ...interval };
}

function waitsOf(all: readonly (ReplayRun['waits'] | undefined)[]): ReplayRow['waits'] {
  const waits = all.filter((each) => each !== undefined);
  if (waits.length === 0) return null;
  return { p50: mean(waits.map(({ p50 }) => p50)), p99: mean(waits.map(({ p99 }) => p99)) };
}

function prefetchOf(own: Runs): ReplayRow['prefetch'] {
  const counts = own.map(({ prefetch }) => prefetch).filter((each) => each !== undefined);
  if (counts.length === 0) return { issued: 0, begun: 0, used: 0, wastedTokens: 0 };
  return {
    issued: tenths(mean(counts.map(({ issued }) => issued))),
    begun: tenths(mean(counts.map(({ begun }) => begun))),
    used: tenths(mean(counts.map(({ used }) => used))),
    wastedTokens: Math.round(mean(counts.map(({ wastedTokens }) => wastedTokens))),
  };
}

/** A mean over seeds may be less than one. */
const tenths = (count: number): number => Math.round(count * 10) / 10;

const stateBytesOf = ({ stateBytes }: ReplayRun): number => stateBytes ?? 0;
