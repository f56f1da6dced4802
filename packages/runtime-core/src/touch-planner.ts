import type { EvictionOrder } from './eviction-order.ts';
import { leastWorthy, valueHeld, worthSending, type Touch, type Valuation } from './held-values.ts';

/**
 * What an engine that evicts by age would give up for `roomTokens` although something worth less is nearly as old. Each
 * touch computes a block again, so a prefix is sent only where it is expected to save more than that by the time its age
 * comes round once more.
 * @returns in ascending worth: sent in this order, the worthiest is the youngest
 */
export function planTouches(
  order: EvictionOrder,
  roomTokens: number,
  valuation: Valuation,
): readonly Touch[] {
  const short = roomTokens - order.freeTokens;
  if (!(short > 0)) return [];
  const valued = valueHeld(order, valuation);
  const bar = leastWorthy(valued, short).at(-1)?.worth.keep ?? 0;
  return worthSending(valued, short, bar, valuation);
}
