import type { ResidualGap } from './gap-tables.ts';

/** The timing of one branch. */
export interface BranchTiming {
  /** Of the branch's present gap. */
  readonly gap: ResidualGap;
  /** Chance that the session comes back at all given the wait, relative to the chance when the pause began. */
  readonly stillReturns: number;
}

/**
 * Probability that a paused session still returns, relative to the chance at the pause, after waiting past a share
 * `longer` of the gaps of sessions that did: Bayes with "never" as a gap without end.
 */
export function stillReturns(returnChance: number, longer: number): number {
  const left = longer / (returnChance * longer + 1 - returnChance);
  return Number.isFinite(left) ? Math.min(1, left) : 1;
}
