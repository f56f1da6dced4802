import { mean, sampleStandardDeviation } from 'simple-statistics';
import { pairedInterval } from '../bench/paired-interval.ts';
import type { ReplayRow, ReplayWorkload } from './replay-document.ts';
import type { ReplayJobResult, ReplayRun } from './replay-run.ts';

/** Workloads on which constants were chosen. */
const developmentSet = new Set(['chatdev', 'magentic_ww', 'mad_debate', 'marble_research']);

const rateOf = ({ cachedTokens, promptTokens }: ReplayRun): number =>
  promptTokens === 0 ? 0 : cachedTokens / promptTokens;

/** Charges what was computed to keep prefixes in the cache. */
const netRateOf = ({ computedTokens, warmUpTokens, promptTokens }: ReplayRun): number =>
  promptTokens === 0 ? 0 : 1 - (computedTokens + warmUpTokens) / promptTokens;

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
    const lru = byPolicy.get('lru');
    const sage = byPolicy.get('cachesage');
    const best = bestRival(byPolicy);
    const ceiling = Math.max(
      ...[...byPolicy.values()]
        .filter(([run]) => run?.kind === 'offline')
        .map((own) => mean(own.map(rateOf))),
    );
    for (const own of byPolicy.values()) {
      rows.push(rowOf(own, { workload: first.workload, concurrency, lru, sage, best, ceiling }));
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

/** The online rival with the best mean; CacheSage is nobody's rival here. */
function bestRival(
  byPolicy: ReadonlyMap<string, readonly ReplayRun[]>,
): readonly ReplayRun[] | undefined {
  return [...byPolicy.values()]
    .filter(([run]) => run?.kind === 'online' && run.policy !== 'cachesage')
    .toSorted((a, b) => mean(b.map(rateOf)) - mean(a.map(rateOf)))[0];
}

interface Beside {
  readonly workload: string;
  readonly concurrency: number;
  readonly lru: readonly ReplayRun[] | undefined;
  readonly sage: readonly ReplayRun[] | undefined;
  readonly best: readonly ReplayRun[] | undefined;
  readonly ceiling: number;
}

function rowOf(
  own: readonly ReplayRun[],
  { workload, concurrency, lru, sage, best, ceiling }: Beside,
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
  const base = lru === undefined ? undefined : mean(lru.map(rateOf));
  const headroom = base === undefined ? 0 : ceiling - base;
  const timings = own.map(({ timing }) => timing).filter((timing) => timing !== undefined);
  const average = (figure: (timing: (typeof timings)[number]) => number): number | null =>
    timings.length === 0 ? null : mean(timings.map(figure));
  const ttftMean = average(({ ttftMeanMs }) => ttftMeanMs);
  const ttftP95 = average(({ ttftP95Ms }) => ttftP95Ms);
  const waits = own.map((run) => run.waits).filter((each) => each !== undefined);
  const paired = first.kind !== 'bound' && first.kind !== 'ordering';
  const rival = best?.[0]?.policy;
  return {
    workload,
    policy: first.policy,
    kind: first.kind,
    mode: first.mode,
    capacity: first.capacity,
    capacityTokens: Math.round(mean(own.map(({ capacityTokens }) => capacityTokens))),
    concurrency,
    seeds: own.length,
    hitRate,
    netHitRate,
    headroomClosed:
      paired && base !== undefined && headroom > 0.0005
        ? (netHitRate.mean - base) / headroom
        : null,
    computedTokens: Math.round(mean(own.map(({ computedTokens }) => computedTokens))),
    savedSeconds: average(({ savedSeconds }) => savedSeconds),
    ttftMs: ttftMean === null || ttftP95 === null ? null : { mean: ttftMean, p95: ttftP95 },
    throughput: average(({ throughput }) => throughput),
    pairedVsLru: paired && lru !== undefined ? pairedInterval(differences(own, lru)) : null,
    pairedVsBest:
      paired && best !== undefined && rival !== undefined && rival !== first.policy
        ? { rival, ...pairedInterval(differences(own, best)) }
        : null,
    pairedVsCachesage:
      sage !== undefined && ['variant', 'ablation', 'prefetch'].includes(first.kind)
        ? pairedInterval(differences(own, sage))
        : null,
    prefetch: prefetchOf(own),
    stateBytes: first.stateBytes === undefined ? null : Math.max(...own.map(stateBytesOf)),
    waits:
      waits.length === 0
        ? null
        : { p50: mean(waits.map(({ p50 }) => p50)), p99: mean(waits.map(({ p99 }) => p99)) },
  };
}

function prefetchOf(own: readonly ReplayRun[]): ReplayRow['prefetch'] {
  const counts = own.map(({ prefetch }) => prefetch).filter((each) => each !== undefined);
  if (counts.length === 0) return { issued: 0, used: 0, wastedTokens: 0 };
  return {
    issued: tenths(mean(counts.map(({ issued }) => issued))),
    used: tenths(mean(counts.map(({ used }) => used))),
    wastedTokens: Math.round(mean(counts.map(({ wastedTokens }) => wastedTokens))),
  };
}

/** A mean over seeds may be less than one. */
const tenths = (count: number): number => Math.round(count * 10) / 10;

const stateBytesOf = ({ stateBytes }: ReplayRun): number => stateBytes ?? 0;

function differences(own: readonly ReplayRun[], other: readonly ReplayRun[]): readonly number[] {
  const rates = new Map(other.map((run) => [run.seed, netRateOf(run)]));
  return own.map((run) => netRateOf(run) - (rates.get(run.seed) ?? 0));
}
