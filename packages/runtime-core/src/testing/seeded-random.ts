import type { Ids, Random } from '../ports.ts';

/**
 * Seeded uniform numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). Good enough for tests and workloads,
 * never for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Identifiers `call-1`, `call-2`, … */
export function countingIds(): Ids {
  let last = 0;
  return (kind) => `${kind}-${++last}`;
}
