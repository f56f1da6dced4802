import { cacheSage } from '@entresol/cachesage';
import { pairedInterval } from '@entresol/cli/report';
import {
  adversaries,
  blockLoad,
  firstSessions,
  interleave,
  lru,
  policySeat,
  replay,
  shuffledTopology,
  workingSet,
} from '@entresol/replay';
import type { ReplacementMaker, Trace } from '@entresol/replay';
import type { TrialDocument, TrialRow } from './trial-document.ts';

export const plan = { seeds: 5, concurrency: 8, capacity: 0.3 } as const;
const coldSessions = [1, 5, 20] as const;
const sizes = [0.02, 2] as const;

type Trials = Pick<TrialDocument, 'coldStart' | 'adversaries' | 'sizes'>;

const sage = policySeat('cachesage', 'CacheSage', () => cacheSage());
const sageWithoutPrior = policySeat('none', 'CacheSage that hears no graph', () =>
  cacheSage({ prior: 'none' }),
);

/** All trials of one workload. */
export function playTrials(trace: Trace): Trials {
  return {
    coldStart: trace.topology === undefined ? [] : coldSessions.map((n) => coldStart(trace, n)),
    adversaries: adversaries.map((adversary) =>
      againstLru(
        trace.workload,
        adversary.name,
        (seed) => adversary.turn(trace, seed),
        plan.capacity,
      ),
    ),
    sizes: sizes.map((share) =>
      againstLru(trace.workload, `${share} x the working set`, () => trace, share),
    ),
  };
}

function againstLru(
  workload: string,
  trial: string,
  turned: (seed: number) => Trace,
  share: number,
): TrialRow {
  const rates = seedsOf((seed) => {
    const trace = turned(seed);
    const blocks = share * peakBlocks(trace, seed);
    return {
      lru: hitRate(trace, seed, blocks, lru),
      cachesage: hitRate(trace, seed, blocks, sage),
    };
  });
  return rowOf({ workload, trial }, rates, 'lru');
}

/** Sized by the whole trace, so that the first sessions meet the cache that the others will. */
function coldStart(trace: Trace, sessions: number): TrialRow {
  const first = firstSessions(trace, sessions);
  const rates = seedsOf((seed) => {
    const blocks = plan.capacity * peakBlocks(trace, seed);
    return {
      none: hitRate(first, seed, blocks, sageWithoutPrior),
      shuffled: hitRate(shuffledTopology(first, seed), seed, blocks, sage),
      cachesage: hitRate(first, seed, blocks, sage),
    };
  });
  const trial = sessions === 1 ? 'first session' : `first ${sessions} sessions`;
  return rowOf({ workload: trace.workload, trial }, rates, 'none');
}

function seedsOf<T>(play: (seed: number) => T): readonly T[] {
  return Array.from({ length: plan.seeds }, (_, index) => play(index + 1));
}

function peakBlocks(trace: Trace, seed: number): number {
  const load = blockLoad(trace);
  return workingSet(load, interleave(load, plan.concurrency, seed)).peakBlocks;
}

function hitRate(trace: Trace, seed: number, blocks: number, maker: ReplacementMaker): number {
  const load = blockLoad(trace);
  const order = interleave(load, plan.concurrency, seed);
  const { cachedTokens, promptTokens } = replay(
    load,
    order,
    Math.max(1, Math.round(blocks)),
    maker,
  );
  return cachedTokens / promptTokens;
}

function rowOf<Name extends string>(
  named: Pick<TrialRow, 'workload' | 'trial'>,
  rates: readonly Readonly<Record<Name | 'cachesage', number>>[],
  baseline: Name,
): TrialRow {
  const names = Object.keys(rates[0] ?? {});
  const mean = (name: string): number =>
    rates.reduce(
      (sum, rate) => sum + (Object.entries(rate).find(([key]) => key === name)?.[1] ?? 0),
      0,
    ) / rates.length;
  return {
    ...named,
    hitRates: Object.fromEntries(names.map((name) => [name, mean(name)])),
    difference: pairedInterval(rates.map((rate) => rate.cachesage - rate[baseline])),
  };
}
