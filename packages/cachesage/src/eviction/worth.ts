import type { CostModel, PrefixRef, Worth } from '@entresol/runtime-core';

/** What is known of a prefix's future, before any engine's costs. */
export interface Outlook {
  /** Probability in [0, 1] that it is used again within the horizon. */
  readonly reuse: number;
  /** Share of it that a reuse takes, in [0, 1]. */
  readonly amount: number;
  /** Expected full reuses per second occupied, at least 0. */
  readonly perSecond: number;
}

export const worthless: Worth = { reuse: 0, gainMs: 0, keep: 0 };

/**
 * Puts an outlook into the engine's currency. `keep` is in milliseconds saved per byte and second occupied; what the
 * prefix adds to its parent is what is saved and what is occupied.
 * @param parentTokens - length of the role prefix it extends; 0 for a role prefix
 */
export function worthOf(
  prefix: PrefixRef,
  parentTokens: number,
  outlook: Outlook,
  cost: CostModel,
): Worth {
  const own = prefix.tokens - parentTokens;
  if (own <= 0) return { reuse: outlook.reuse, gainMs: 0, keep: 0 };
  const computeMs = Math.max(0, cost.computeMs(parentTokens, prefix.tokens));
  const bytes = Math.max(1, cost.footprintBytes(own));
  return {
    reuse: outlook.reuse,
    gainMs: computeMs * outlook.amount,
    keep: (computeMs * outlook.perSecond) / bytes,
  };
}
