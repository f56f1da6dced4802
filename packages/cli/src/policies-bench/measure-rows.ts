import { mean } from 'simple-statistics';
import { pairedInterval } from '../bench/paired-interval.ts';
import type { Pair, PolicyMeasurement } from './policy-measurement.ts';
import type { PolicyRow } from './policy-row.ts';

/** Seeds of a quick look, of which every one is run without the policy and with it. */
const quickPairs = 2;

interface RowOptions {
  readonly firstSeed: number;
  readonly quick: boolean;
  /** Seeds instead of the planned ones, where more than one was planned. */
  readonly pairs?: number;
  readonly signal: AbortSignal;
}

/** Runs a measurement on seeds from `firstSeed` on. */
export async function measureRows(
  { policy, workload, evidence, pairs: planned, metrics, measure }: PolicyMeasurement,
  { firstSeed, quick, pairs: wanted, signal }: RowOptions,
): Promise<readonly PolicyRow[]> {
  const usual = quick ? Math.min(planned, quickPairs) : planned;
  const pairs = planned === 1 ? 1 : (wanted ?? usual);
  const measured: Readonly<Record<string, Pair>>[] = [];
  for (let seed = firstSeed; seed < firstSeed + pairs; seed += 1) {
    signal.throwIfAborted();
    measured.push(await measure(seed, signal));
  }
  return Object.entries(metrics).map(([key, { metric, unit, expectedToHelp, judge }]) => {
    const figures = measured.map((figuresOfSeed) => {
      const pair = figuresOfSeed[key];
      if (pair === undefined) throw new TypeError(`${policy} on ${workload} gave no ${key}`);
      return pair;
    });
    const { low, high } = pairedInterval(figures.map((pair) => pair.with - pair.without));
    const references = figures.flatMap(({ reference }) => reference ?? []);
    const means = {
      without: mean(figures.map(({ without }) => without)),
      with: mean(figures.map((pair) => pair.with)),
      low,
      high,
    };
    const judged = judge(
      references.length === 0 ? means : { ...means, reference: mean(references) },
    );
    return { policy, workload, metric, ...means, unit, expectedToHelp, ...judged, evidence, pairs };
  });
}
