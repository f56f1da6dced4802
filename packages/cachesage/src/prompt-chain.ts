import type { CallId, PrefixId, PrefixRef } from '@entresol/runtime-core';
import type { LastAmount } from './survival/reuse-amount.ts';

/** The prompt of one call as its prefix chain. */
export interface PromptChain {
  readonly call: CallId;
  /** All links, role prefixes included, with their lengths in tokens. */
  readonly links: ReadonlyMap<PrefixId, number>;
  readonly roles: readonly PrefixId[];
  /** Length of the longest role prefix. */
  readonly roleTokens: number;
  /** The whole prompt; undefined when the call came without prefixes. */
  readonly last: PrefixRef | undefined;
  readonly sessionLinks: number;
  /** Calls of the session when this one was queued, itself included. */
  readonly step: number;
  /** What this prompt reused of the one before; learned at its end where only the engine can say. */
  lastAmount: LastAmount;
}

export function promptChain(
  call: CallId,
  prefixes: readonly PrefixRef[],
  step: number,
): PromptChain {
  const roles = prefixes.filter((prefix) => prefix.session === undefined);
  return {
    call,
    links: new Map(prefixes.map((prefix) => [prefix.id, prefix.tokens])),
    roles: roles.map((prefix) => prefix.id),
    roleTokens: roles.reduce((longest, prefix) => Math.max(longest, prefix.tokens), 0),
    last: prefixes.at(-1),
    sessionLinks: prefixes.length - roles.length,
    step,
    lastAmount: 0,
  };
}

/** A prompt that nobody has sent yet: the chain of what a prefetch brings up. */
export function expectedChain(prefix: PrefixRef, roleTokens: number, step: number): PromptChain {
  return {
    call: '',
    links: new Map([[prefix.id, prefix.tokens]]),
    roles: prefix.parent === undefined ? [] : [prefix.parent],
    roleTokens,
    last: prefix,
    sessionLinks: 1,
    step,
    lastAmount: 0,
  };
}

/**
 * Share of `older`'s session part that `newer` repeats, in [0, 1], as far as the chains themselves say; undefined when
 * only the engine can tell: a chain of one session link shows no overlap shorter than itself.
 */
export function sharedAmount(older: PromptChain, newer: PromptChain): number | undefined {
  const own = (older.last?.tokens ?? 0) - older.roleTokens;
  if (own <= 0) return undefined;
  if (older.roles.at(-1) !== newer.roles.at(-1)) return 0;
  let shared = older.roleTokens;
  for (const [id, tokens] of older.links) {
    if (tokens > shared && newer.links.has(id)) shared = tokens;
  }
  if (shared > older.roleTokens) return Math.min(1, (shared - older.roleTokens) / own);
  return older.sessionLinks > 1 ? 0 : undefined;
}
