import type { EvictionOrder, HeldPrefix } from './eviction-order.ts';
import type { CacheScope, Milliseconds, PrefixRef } from './identities.ts';
import type { Worth } from './policy.ts';
import type { CostModel } from './residency.ts';
import { rankHorizonMs } from './retention-planner.ts';

/** Next victims that are looked at: what comes later is far from going, and every worth costs time. */
const maxLookedAt = 48;

export interface Valuation {
  readonly nowMs: Milliseconds;
  worth(prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined;
  cost(scope: CacheScope): CostModel;
}

/** A prefix to send again. */
export interface Touch {
  readonly prefix: PrefixRef;
  readonly worth: Worth;
  /** What sending it takes of the engine's time, by the engine's cost model. */
  readonly engineMs: Milliseconds;
}

export type Valued = HeldPrefix & Touch;

const worthless: Worth = { reuse: 0, gainMs: 0, keep: 0 };

/** The next victims with what they are worth and what sending them again costs, in the engine's order. */
export function valueHeld(
  { held, touchTokens }: EvictionOrder,
  valuation: Valuation,
): readonly Valued[] {
  return held.slice(0, maxLookedAt).map((one) => ({
    ...one,
    worth: worthOf(one, valuation),
    engineMs: touchMs(one, touchTokens, valuation),
  }));
}

/** What the policy itself would give up for the room, least worthy first. */
export function leastWorthy(valued: readonly Valued[], roomTokens: number): readonly Valued[] {
  const victims: Valued[] = [];
  let room = 0;
  for (const one of valued.toSorted((a, b) => a.worth.keep - b.worth.keep)) {
    if (room >= roomTokens) break;
    room += roomOf(one);
    victims.push(one);
  }
  return victims;
}

/**
 * What of the victims is worth sending again, in ascending worth: sent in this order, the worthiest is the youngest.
 * @param victims in the order in which the engine gives them up
 * @param bar worth of the last of what goes in their place
 */
export function worthSending(
  victims: readonly Valued[],
  roomTokens: number,
  bar: number,
  valuation: Valuation,
): readonly Touch[] {
  const kept: Valued[] = [];
  let room = roomTokens;
  for (const one of victims) {
    if (room <= 0) break;
    if (pays(one, bar, valuation)) kept.push(one);
    else room -= roomOf(one);
  }
  return kept
    .toSorted((a, b) => a.worth.keep - b.worth.keep)
    .map(({ prefix, worth, engineMs }) => ({ prefix, worth, engineMs }));
}

function roomOf({ ownTokens, replyTokens = 0 }: HeldPrefix): number {
  return ownTokens + replyTokens;
}

/** A worth that is no number is none: it must not upset the order of the others. */
function worthOf({ prefix }: HeldPrefix, valuation: Valuation): Worth {
  const worth = valuation.worth(prefix, rankHorizonMs);
  return worth !== undefined && worth.keep > 0 ? worth : worthless;
}

function touchMs(
  { prefix: { scope, tokens } }: HeldPrefix,
  touchTokens: number,
  valuation: Valuation,
): Milliseconds {
  return valuation.cost(scope).computeMs(Math.max(0, tokens - touchTokens), tokens);
}

/** Expected ms saved over one lap of the LRU, less what giving up something else in its place loses, against the sending. */
function pays(
  { prefix, ownTokens, lastUsedAtMs, worth, engineMs }: Valued,
  bar: number,
  valuation: Valuation,
): boolean {
  if (worth.keep <= bar) return false;
  const model = valuation.cost(prefix.scope);
  const computeMs = model.computeMs(prefix.tokens - ownTokens, prefix.tokens);
  const bytes = model.footprintBytes(ownTokens);
  const lapS = Math.max(0, valuation.nowMs - lastUsedAtMs) / 1000;
  const lossMs = (keep: number): Milliseconds => Math.min(computeMs, keep * bytes * lapS);
  return lossMs(worth.keep) - lossMs(bar) > engineMs;
}
