import { chooseLife, type CachePrices } from './cache-life.ts';
import type { PrefixLife } from './directives.ts';
import type { Milliseconds, PrefixRef } from './identities.ts';
import type { PolicyContext } from './policy.ts';

/** Whoever foresees reuse. */
export interface ReuseSource {
  reuse(prefix: PrefixRef, withinMs: Milliseconds, context: PolicyContext): number | undefined;
}

/**
 * The life of each prefix of a call in a cache that is paid for by life. What still lives there is read, which prolongs
 * it for nothing: it keeps its life. Nothing is said of a prefix that nobody foresees.
 * @param prefixes - its chain, shortest first
 */
export function planLives(
  prefixes: readonly PrefixRef[],
  context: PolicyContext,
  source: ReuseSource,
): readonly PrefixLife[] {
  const lives: PrefixLife[] = [];
  for (const prefix of prefixes) {
    const { money } = context.cost(prefix.scope);
    if (money === undefined) continue;
    const { ttlMs: held, expiresAtMs = 0 } = context.residency.of(prefix);
    if (held !== undefined && expiresAtMs > context.nowMs) {
      lives.push({ prefix: prefix.id, ttlMs: held });
      continue;
    }
    const life = lifeOf(prefix, money, context, source);
    if (life !== undefined) lives.push(life);
  }
  return lives;
}

function lifeOf(
  prefix: PrefixRef,
  money: CachePrices,
  context: PolicyContext,
  source: ReuseSource,
): PrefixLife | undefined {
  let foreseen = true;
  const { ttlMs } = chooseLife(money, (ms) => {
    const share = source.reuse(prefix, ms, context);
    if (share === undefined) foreseen = false;
    return Math.min(1, Math.max(0, share ?? 0));
  });
  return foreseen ? { prefix: prefix.id, ttlMs } : undefined;
}
