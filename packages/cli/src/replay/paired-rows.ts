import { mean } from 'simple-statistics';
import { pairedInterval } from '../bench/paired-interval.ts';
import type { Interval, RivalInterval } from './replay-document.ts';
import type { ReplayRun } from './replay-run.ts';

/** One figure of a run; undefined where the run has none. */
export type Figure = (run: ReplayRun) => number | undefined;

/** Charges what was computed to keep prefixes in the cache; what was brought up from a host tier was not computed. */
export const netRateOf = ({ computedTokens, warmUpTokens, promptTokens }: ReplayRun): number =>
  promptTokens === 0 ? 0 : 1 - (computedTokens + warmUpTokens) / promptTokens;
export const ttftOf: Figure = ({ timing }) => timing?.ttftMeanMs;
export const throughputOf: Figure = ({ timing }) => timing?.throughput;

/** All runs of a row: one a seed. */
export type Runs = readonly ReplayRun[];

/** Differences of a figure under the same seed, own less other. */
export function differences(own: Runs, other: Runs, figure: Figure): Interval | null {
  return paired(own, other, figure, (mine, theirs) => mine - theirs);
}

/** The same as shares of the other's figure. */
export function changes(own: Runs, other: Runs | undefined, figure: Figure): Interval | null {
  if (other === undefined) return null;
  return paired(own, other, figure, (mine, theirs) => mine / theirs - 1);
}

/** To the rival that is best in this figure. */
export function changesToBest(
  own: Runs,
  rivals: readonly Runs[],
  figure: Figure,
  better: 'higher' | 'lower',
): RivalInterval | null {
  const best = bestOf(rivals, figure, better);
  const rival = best?.[0]?.policy;
  if (best === undefined || rival === undefined || best === own) return null;
  const interval = changes(own, best, figure);
  return interval && { rival, ...interval };
}

export function bestOf(
  rivals: readonly Runs[],
  figure: Figure,
  better: 'higher' | 'lower',
): Runs | undefined {
  const sign = better === 'higher' ? -1 : 1;
  return rivals
    .filter((runs) => runs.every((run) => figure(run) !== undefined))
    .map((runs) => ({ runs, mean: mean(runs.map((run) => figure(run) ?? 0)) }))
    .toSorted((a, b) => sign * (a.mean - b.mean))[0]?.runs;
}

function paired(
  own: Runs,
  other: Runs,
  figure: Figure,
  difference: (mine: number, theirs: number) => number,
): Interval | null {
  const bySeed = new Map(other.map((run) => [run.seed, figure(run)]));
  const pairs = own.flatMap((run) => {
    const mine = figure(run);
    const theirs = bySeed.get(run.seed);
    return mine === undefined || theirs === undefined ? [] : [difference(mine, theirs)];
  });
  return pairs.length === 0 ? null : pairedInterval(pairs);
}
