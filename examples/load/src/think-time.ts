import type { KeyedRandom, KeyPart } from './keyed-random.ts';

/** Median time a user takes to read an answer and write the next message, in ms. */
const medianThinkMs = 9_000;

const [shortestThinkMs, longestThinkMs] = [2_000, 45_000];

/**
 * Time a user thinks before a message, in ms: log-normal by Box and Muller 1958 (doi:10.1214/aoms/1177706645), since
 * most are quick and a few are gone for long.
 * @returns a whole number; from 2,000 to 45,000 before scaling
 */
export function thinkTime(
  random: KeyedRandom,
  thinkScale: number,
  ...key: readonly KeyPart[]
): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.unit(...key, 'think-radius')));
  const normal = radius * Math.cos(2 * Math.PI * random.unit(...key, 'think-angle'));
  const ms = medianThinkMs * Math.exp(0.8 * normal);
  return Math.round(Math.min(longestThinkMs, Math.max(shortestThinkMs, ms)) * thinkScale);
}
