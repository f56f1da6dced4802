import type { EvictionOrder, HeldPrefix } from './eviction-order.ts';
import type { CacheScope, Milliseconds, PrefixRef } from './identities.ts';
import type { Worth } from './policy.ts';
import type { CostModel } from './residency.ts';
import { rankHorizonMs } from './retention-planner.ts';

/** Oldest prefixes that are looked at: what is younger is far from going, and every worth costs time. */
const maxLookedAt = 48;

interface TouchValuation {
  readonly nowMs: Milliseconds;
  worth(prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined;
  cost(scope: CacheScope): CostModel;
}

/** A prefix to send again, so that others are the oldest. */
export interface Touch {
  readonly prefix: PrefixRef;
  readonly worth: Worth;
  /** What sending it takes of the engine's time, by the engine's cost model. */
  readonly engineMs: Milliseconds;
}

type Valued = HeldPrefix & Touch;

const worthless: Worth = { reuse: 0, gainMs: 0, keep: 0 };

/**
 * What an engine that evicts by age would give up for `roomTokens` although something worth less is nearly as old. Each
 * touch computes a block again, so a prefix is sent only where it is expected to save more than that by the time its age
 * comes round once more.
 * @returns in ascending worth: sent in this order, the worthiest is the youngest
 */
export function planTouches(
  { held, freeTokens, touchTokens }: EvictionOrder,
  roomTokens: number,
  valuation: TouchValuation,
): readonly Touch[] {
  const short = roomTokens - freeTokens;
  if (!(short > 0)) return [];
  const valued = held.slice(0, maxLookedAt).map((one) => ({
    ...one,
    worth: worthOf(one, valuation),
    engineMs: touchMs(one, touchTokens, valuation),
  }));
  const bar = keepOfLast(valued, short);
  const kept: Valued[] = [];
  let oldest = short;
  for (const one of valued) {
    if (oldest <= 0) break;
    if (pays(one, bar, valuation)) kept.push(one);
    else oldest -= one.ownTokens;
  }
  return kept
    .toSorted((a, b) => a.worth.keep - b.worth.keep)
    .map(({ prefix, worth, engineMs }) => ({ prefix, worth, engineMs }));
}

/** A worth that is no number is none: it must not upset the order of the others. */
function worthOf({ prefix }: HeldPrefix, valuation: TouchValuation): Worth {
  const worth = valuation.worth(prefix, rankHorizonMs);
  return worth !== undefined && worth.keep > 0 ? worth : worthless;
}

/** Worth of the last of what the policy itself would give up for the room. */
function keepOfLast(valued: readonly Valued[], short: number): number {
  let room = 0;
  let keep = 0;
  for (const one of valued.toSorted((a, b) => a.worth.keep - b.worth.keep)) {
    if (room >= short) break;
    room += one.ownTokens;
    keep = one.worth.keep;
  }
  return keep;
}

function touchMs(
  { prefix: { scope, tokens } }: HeldPrefix,
  touchTokens: number,
  valuation: TouchValuation,
): Milliseconds {
  return valuation.cost(scope).computeMs(Math.max(0, tokens - touchTokens), tokens);
}

/** Expected ms saved over one lap of the LRU, less what giving up something else in its place loses, against the touch. */
function pays(
  { prefix, ownTokens, lastUsedAtMs, worth, engineMs }: Valued,
  bar: number,
  valuation: TouchValuation,
): boolean {
  if (worth.keep <= bar) return false;
  const model = valuation.cost(prefix.scope);
  const computeMs = model.computeMs(prefix.tokens - ownTokens, prefix.tokens);
  const bytes = model.footprintBytes(ownTokens);
  const lapS = Math.max(0, valuation.nowMs - lastUsedAtMs) / 1000;
  const lossMs = (keep: number): Milliseconds => Math.min(computeMs, keep * bytes * lapS);
  return lossMs(worth.keep) - lossMs(bar) > engineMs;
}
