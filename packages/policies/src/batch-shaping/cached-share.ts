import type { CallDraft, PolicyContext } from '@entresol/runtime-core';

/**
 * Share of a call's prefill time that what the engine holds of its prompt would save now, in [0, 1]: the longest cached
 * prefix first, in time instead of tokens, so that a prefix that must be brought up counts less.
 */
export function cachedShare(
  { prefixes, scope, inputTokens }: CallDraft,
  context: PolicyContext,
): number {
  const prompt = prefixes.at(-1);
  if (prompt === undefined || inputTokens <= 0) return 0;
  const { tokens, tier } = context.residency.of(prompt);
  if (tokens <= 0 || tier === undefined) return 0;
  const cost = context.cost(scope);
  const wholeMs = cost.computeMs(0, inputTokens);
  if (!(wholeMs > 0)) return 0;
  const held = Math.min(tokens, inputTokens);
  const leftMs = cost.loadMs(held, tier) + cost.computeMs(held, inputTokens);
  return Math.min(1, Math.max(0, 1 - leftMs / wholeMs));
}
