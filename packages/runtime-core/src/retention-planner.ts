import type { VictimCandidate } from './engine-driver.ts';
import type { CacheScope, Milliseconds, PrefixRef } from './identities.ts';
import type { Worth } from './policy.ts';
import type { CostModel } from './residency.ts';

/**
 * Horizon at which the order of victims is asked, in ms. The index behind `Worth.keep` has no horizon of its own; this
 * bounds `Worth.reuse` only.
 */
export const rankHorizonMs: Milliseconds = 60_000;

interface Valuation {
  worth(prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined;
  cost(scope: CacheScope): CostModel;
}

/**
 * What giving up each candidate would lose, in expected ms per second of occupancy and per byte freed. A loss that
 * another copy softens counts only what bringing that copy up would cost.
 */
export function candidateValues(
  candidates: readonly VictimCandidate[],
  valuation: Valuation,
): readonly number[] {
  return candidates.map(({ loses, freesBytes }) => {
    let value = 0;
    for (const { prefix, tokens, copyIn } of loses) {
      const keep = valuation.worth(prefix, rankHorizonMs)?.keep ?? 0;
      // Also for a value that is no number: it must not upset the order of the others.
      if (!(keep > 0)) continue;
      const model = valuation.cost(prefix.scope);
      const parent = loses.find((other) => other.prefix.id === prefix.parent);
      // A session prefix contains its role head, which is valued on its own.
      const own = Math.max(0, tokens - (parent?.tokens ?? 0));
      const recomputeMs = model.computeMs(prefix.tokens - own, prefix.tokens);
      const soften =
        copyIn === undefined || recomputeMs <= 0
          ? 1
          : Math.min(1, model.loadMs(own, copyIn) / recomputeMs);
      value += keep * model.footprintBytes(own) * soften;
    }
    return value / Math.max(1, freesBytes);
  });
}

/** Indices of `candidates`, first victim first: least value, then least recently used. */
export function rankVictims(
  candidates: readonly VictimCandidate[],
  valuation: Valuation,
): readonly number[] {
  const values = candidateValues(candidates, valuation);
  return candidates
    .map((candidate, index) => ({ index, value: values[index] ?? 0, at: candidate.lastUsedAtMs }))
    .toSorted((a, b) => a.value - b.value || a.at - b.at)
    .map(({ index }) => index);
}
