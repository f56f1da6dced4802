import { horizonSteps } from '../markov/horizon.ts';
import type { PassageCurve } from '../markov/passage-graph.ts';
import type { ResidualGap } from './gap-histogram.ts';
import { gridSize } from './time-grid.ts';

/** The timing of one branch. */
export interface BranchTiming {
  /** Of the branch's present gap. */
  readonly gap: ResidualGap;
  /** P(a user answers within timeGrid[i] - k), row-major [i][k], for pauses still to come. */
  readonly answer: Float64Array;
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

/**
 * P(first passage within timeGrid[i]): step counts of the chain turned into time by the branch's gaps. `amounts`, one
 * per step, weights each passage by the share of the prefix it would reuse (1 when absent).
 */
export function passageWithin(
  curve: PassageCurve,
  timing: BranchTiming,
  amounts?: Float64Array,
): Float64Array {
  return returning(passageIfReturns(curve, timing, amounts), timing.stillReturns);
}

/** The same given that the session returns: not yet weighted with that chance, and not bounded. */
export function passageIfReturns(
  { direct, paused }: PassageCurve,
  { gap: { within }, answer }: Pick<BranchTiming, 'gap' | 'answer'>,
  amounts?: Float64Array,
): Float64Array {
  const passage = new Float64Array(gridSize);
  for (let k = 0; k < horizonSteps; k++) {
    const amount = amounts?.[k] ?? 1;
    add(passage, within, k, (direct[k] ?? 0) * amount);
    // Not read where there is none: the table of answers is made when it is.
    const later = (paused[k] ?? 0) * amount;
    if (later > 0) add(passage, answer, k, later);
  }
  return passage;
}

/** Adds `weight` times one column of a table of `horizonSteps` columns. */
function add(into: Float64Array, table: Float64Array, column: number, weight: number): void {
  if (!(weight > 0)) return;
  for (let i = 0; i < gridSize; i++) {
    into[i] = (into[i] ?? 0) + weight * (table[i * horizonSteps + column] ?? 0);
  }
}

/** A passage weighted with the chance that the session returns, as a probability. */
function returning(passage: Float64Array, chance: number): Float64Array {
  const within = new Float64Array(gridSize);
  for (let i = 0; i < gridSize; i++) {
    within[i] = Math.min(1, Math.max(0, (passage[i] ?? 0) * chance));
  }
  return within;
}

/** Complement of a curve. */
export function complement(curve: Float64Array): Float64Array {
  const rest = new Float64Array(gridSize);
  for (let i = 0; i < gridSize; i++) rest[i] = 1 - (curve[i] ?? 0);
  return rest;
}
