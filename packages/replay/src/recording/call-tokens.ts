import type { EventOf, PrefixId, PrefixRef } from '@entresol/runtime-core';
import type { LoggedCall } from './session-log.ts';

/** Role prefixes remembered; one whose turn it is again after so many others gets a new number. */
const maxRoles = 4096;

/** Token counts of one call as a trace says them. */
export interface CallTokens {
  /** `r1`, `r2`, …; undefined where the engine names no prefixes. */
  readonly role: string | undefined;
  readonly roleTokens: number;
  readonly contextTokens: number;
  readonly sharedTokens: number;
}

interface Role {
  readonly name: string;
  readonly tokens: number;
}

/** Turns prefix chains into counts: role prefixes get numbers, hashes stay behind. */
export class TokenCounter {
  readonly #roles = new Map<PrefixId, Role>();
  #named = 0;

  /** @param input - prompt tokens that the engine reported */
  count(call: LoggedCall, input: number, cacheRead: number | undefined): CallTokens {
    const { prefixes, continues } = call.start;
    const whole = prefixes.at(-1);
    // Counts taken from messages are put right by what the engine counted.
    const isDerived = whole?.tokensEvidence === 'derived' && whole.tokens > 0;
    const scale = isDerived ? input / whole.tokens : 1;
    const role = this.#role(prefixes, scale);
    const roleTokens = Math.min(role?.tokens ?? 0, input);
    const contextTokens = input - roleTokens;
    const { before } = call;
    let shared = 0;
    if (before !== undefined) {
      if (continues === undefined) {
        shared = commonTokens(before.start, prefixes) * scale;
        // No common link: what the cache held of it is a lower bound.
        if (shared <= roleTokens) shared = cacheRead ?? 0;
      } else if (continues.call === before.start.call) shared = continues.tokens * scale;
    }
    const sharedTokens = Math.min(contextTokens, Math.max(0, Math.round(shared) - roleTokens));
    return { role: role?.name, roleTokens, contextTokens, sharedTokens };
  }

  /** One length per role prefix: corrected anew for each call, it would not be the same prefix to a block cache. */
  #role(prefixes: readonly PrefixRef[], scale: number): Role | undefined {
    const link = prefixes.findLast(({ session }) => session === undefined);
    if (link === undefined) return undefined;
    let role = this.#roles.get(link.id);
    if (role === undefined) {
      this.#named += 1;
      role = { name: `r${this.#named}`, tokens: Math.round(link.tokens * scale) };
    }
    // Set anew also when it is known, so that roles in use are the last to go.
    this.#roles.delete(link.id);
    this.#roles.set(link.id, role);
    if (this.#roles.size > maxRoles) {
      const oldest = this.#roles.keys().next().value;
      if (oldest !== undefined) this.#roles.delete(oldest);
    }
    return role;
  }
}

/** Length of the longest link that both chains have. */
function commonTokens(before: EventOf<'call-start'>, prefixes: readonly PrefixRef[]): number {
  const known = new Set(before.prefixes.map(({ id }) => id));
  return prefixes.findLast(({ id }) => known.has(id))?.tokens ?? 0;
}
