// oxlint-disable-next-line typescript/triple-slash-reference -- an ambient module cannot be imported, and tests compile this file too
/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** Mean of paired differences and its 95 % interval; null where one pair has no spread. */
export interface PairedInterval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

const upperQuantile = 0.975;

/**
 * Student's interval for the mean of differences within pairs: pairs share the seed, so what a seed asks for cancels out.
 * @throws {RangeError} without a difference
 */
export function pairedInterval(differences: readonly number[]): PairedInterval {
  const pairs = differences.length;
  if (pairs === 0) throw new RangeError('There is no pair to compare.');
  const centre = mean([...differences]);
  if (pairs === 1) return { mean: centre, low: null, high: null };
  const standardError = sampleStandardDeviation([...differences]) / Math.sqrt(pairs);
  const half = jstat.studentt.inv(upperQuantile, pairs - 1) * standardError;
  return { mean: centre, low: centre - half, high: centre + half };
}
