import type { Milliseconds } from './identities.ts';

/** What a hosted cache asks for a token, relative to the plain input price. */
export interface CachePrices {
  /** A token that was read from the cache, in [0, 1]. */
  readonly readFactor: number;
  /** A token that was written to it, for each life on offer; at least 0. */
  readonly write: readonly { readonly ttlMs: Milliseconds; readonly factor: number }[];
}

/** Probability in [0, 1] that a prefix is used again within so many ms of its last use; never falls with the time. */
export type ReusedWithin = (ms: Milliseconds) => number;

/** How long a prefix should live in a hosted cache, and what one use of it then costs on average. */
export interface LifeChoice {
  /** Undefined = it should not be written at all. */
  readonly ttlMs: Milliseconds | undefined;
  /** Times its life is renewed by a request of our own while nobody uses it; 0 = never. */
  readonly renewals: number;
  /** Mean price of one use per token, renewals included, relative to the plain input price. */
  readonly cost: number;
}

/** A longer or paid-for life must be cheaper by more than rounding. */
const negligible = 1e-9;

/**
 * Mean price of one use per token when every use leaves the prefix in the cache for `ttlMs` and up to `renewals` reads of
 * ours prolong that: a use finds it there with probability F((1 + renewals) · ttl) and reads it, or writes it anew; a
 * renewal is paid while the prefix is still unused. A read prolongs the life for nothing, so every use leaves the prefix as
 * the one before did, and the mean over uses is that of one gap. A prefix that is never used again was written in vain:
 * it counts as a gap without end.
 */
export function costOfLife(
  { readFactor }: CachePrices,
  { ttlMs, factor }: CachePrices['write'][number],
  renewals: number,
  reusedWithin: ReusedWithin,
): number {
  const found = reusedWithin((1 + renewals) * ttlMs);
  let cost = factor * (1 - found) + readFactor * found;
  for (let at = 1; at <= renewals; at++) cost += readFactor * (1 - reusedWithin(at * ttlMs));
  return cost;
}

/**
 * The life with the least expected price per use: none, one of those on offer, or one that is renewed. Of equal ones the
 * shorter, and the one with fewer renewals.
 * @param maxRenewals - 0 where a request of our own may not be sent
 */
export function chooseLife(
  prices: CachePrices,
  reusedWithin: ReusedWithin,
  maxRenewals = 0,
): LifeChoice {
  let best: LifeChoice = { ttlMs: undefined, renewals: 0, cost: 1 };
  const shortestFirst = prices.write.toSorted((a, b) => a.ttlMs - b.ttlMs);
  for (let renewals = 0; renewals <= maxRenewals; renewals++) {
    for (const write of shortestFirst) {
      const cost = costOfLife(prices, write, renewals, reusedWithin);
      if (cost < best.cost - negligible) best = { ttlMs: write.ttlMs, renewals, cost };
    }
  }
  return best;
}

/**
 * What renewing an unused prefix just before it expires is expected to save per token, relative to the plain input price:
 * a later use then reads instead of writing. The best over 1 to `maxRenewals` renewals in a row, each paid only while the
 * prefix is still unused; 0 or less = let it go.
 * @param reusedWithin - given that it was not used until now
 * @param share - of its tokens that would have to be written anew; the rest is kept by others
 */
export function valueOfRenewal(
  { readFactor }: CachePrices,
  { ttlMs, factor }: CachePrices['write'][number],
  reusedWithin: ReusedWithin,
  maxRenewals: number,
  share = 1,
): number {
  let best = Number.NEGATIVE_INFINITY;
  let paid = 0;
  for (let renewals = 1; renewals <= maxRenewals; renewals++) {
    paid += readFactor * (1 - reusedWithin((renewals - 1) * ttlMs));
    best = Math.max(best, (factor - readFactor) * share * reusedWithin(renewals * ttlMs) - paid);
  }
  return best;
}

/**
 * What computing an absent prefix ahead of its use is expected to save, in dollars; 0 or less = do not. It pays a whole
 * write and saves at most one, so that money alone never speaks for it: it takes a price of waiting.
 * @param usd - of writing it now, of reading it, and of what a use costs that does not find it
 * @param waitUsd - what the wait is worth that a use is spared
 */
export function valueOfPrewarm(
  used: number,
  usd: { readonly write: number; readonly read: number; readonly miss: number },
  waitUsd: number,
): number {
  return used * (usd.miss - usd.read + waitUsd) - usd.write;
}
