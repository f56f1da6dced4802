import type { EvictionOrder } from './eviction-order.ts';
import { leastWorthy, valueHeld, worthSending, type Touch, type Valuation } from './held-values.ts';
import type { PrefixRef } from './identities.ts';

/** How an engine that gives up last what was pushed is brought to the policy's order. */
export interface PushPlan {
  /** Pushed until now and worth least: from now on they go by age, and before everything that stays pushed. */
  readonly letGo: readonly PrefixRef[];
  /** Not pushed, and worth what a request over them costs; in ascending worth. */
  readonly push: readonly Touch[];
}

/**
 * What goes for `roomTokens` should be what is worth least. Calls push what they send and that costs nothing, so most of
 * the order is made by letting go; only what would go next and is worth more is pushed by a request of its own.
 */
export function planPushes(
  order: EvictionOrder,
  roomTokens: number,
  valuation: Valuation,
): PushPlan {
  const short = roomTokens - order.freeTokens;
  if (!(short > 0)) return { letGo: [], push: [] };
  const valued = valueHeld(order, valuation);
  const least = leastWorthy(valued, short);
  const victims = new Set(least);
  const letGo = least.flatMap(({ pushed, prefix }) => (pushed === true ? [prefix] : []));
  const byAge = valued
    .filter((one) => one.pushed !== true || victims.has(one))
    .toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
  const bar = least.at(-1)?.worth.keep ?? 0;
  return { letGo, push: worthSending(byAge, short, bar, valuation) };
}
