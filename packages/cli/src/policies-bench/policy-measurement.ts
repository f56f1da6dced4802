import type { PolicyRow } from './policy-row.ts';

/** A figure without and with the policy, of one seed; `reference` is a third one to judge by, such as the app without its fault. */
export interface Pair {
  readonly without: number;
  readonly with: number;
  readonly reference?: number;
}

/** Means over the pairs, and the interval of the mean difference. */
type Figures = Pick<PolicyRow, 'without' | 'with' | 'low' | 'high'> & {
  readonly reference?: number;
};

export type Judge = (figures: Figures) => Pick<PolicyRow, 'threshold' | 'met'>;

/** One figure that a measurement gives. */
interface Metric {
  readonly metric: string;
  readonly unit: string;
  readonly expectedToHelp: boolean;
  readonly judge: Judge;
}

/** One policy on one workload. The figures are those of `metrics`, by the same keys. */
export interface PolicyMeasurement<Key extends string = string> {
  readonly policy: string;
  readonly workload: string;
  readonly evidence: PolicyRow['evidence'];
  /** Seeds that are run, each a pair. A count that no seed changes needs one. */
  readonly pairs: number;
  readonly metrics: Readonly<Record<Key, Metric>>;
  /** Why it cannot be measured here, and the way out; undefined = it can. Absent: it always can. */
  readonly unavailable?: () => Promise<string | undefined>;
  readonly measure: (seed: number, signal: AbortSignal) => Promise<Readonly<Record<Key, Pair>>>;
}

/** Checks that figures and metrics have the same keys, and then forgets which. */
export function measurement<Key extends string>(one: PolicyMeasurement<Key>): PolicyMeasurement {
  return one;
}

export function exactly(wanted: number): Judge {
  return ({ with: value }) => ({ threshold: `${wanted} with it`, met: value === wanted });
}

/** The whole interval of the difference lies below 0. */
export const fewer: Judge = ({ without, with: value, high }) => ({
  threshold: 'fewer with it, over the whole interval',
  met: high === null ? value < without : high < 0,
});

/** @param slack - most that the mean may lie below the reference */
export function withinOfReference(slack: number, named: string): Judge {
  return ({ with: value, reference = Number.NaN }) => ({
    threshold: `at most ${slack} below ${named} (${reference.toFixed(3)})`,
    met: value >= reference - slack,
  });
}

/** @param slack - most that it may differ, up or down */
export function unchanged(slack = 0): Judge {
  return ({ without, with: value }) => ({
    threshold: slack === 0 ? 'no change' : `a change of at most ${slack}`,
    met: Math.abs(value - without) <= slack,
  });
}
