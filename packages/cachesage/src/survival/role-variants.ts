import type { PrefixId } from '@entresol/runtime-core';

const decay = 0.98;
const maxVariantsPerAgent = 64;

interface AgentVariants {
  readonly uses: Map<PrefixId, number>;
  /** First uses of the agent in a session, decayed. */
  sessions: number;
  /** Sets of role prefixes that prompts brought, by what is in them. */
  readonly together: Map<string, ReadonlySet<PrefixId>>;
}

/**
 * Role prefixes of each agent and how often a session that comes to the agent brings which: an agent whose system prompt
 * holds the task has one per task, and only those of live sessions are worth keeping.
 */
export class RoleVariants {
  readonly #agents = new Map<number, AgentVariants>();

  /** A session called `agent` for the first time, with these role prefixes. */
  observe(agent: number, roles: readonly PrefixId[]): void {
    const own = this.#of(agent);
    for (const [role, uses] of own.uses) own.uses.set(role, uses * decay);
    own.sessions = own.sessions * decay + 1;
    for (const role of roles) own.uses.set(role, (own.uses.get(role) ?? 0) + 1);
    if (own.uses.size > maxVariantsPerAgent) {
      const kept = [...own.uses].toSorted((a, b) => b[1] - a[1]).slice(0, maxVariantsPerAgent / 2);
      own.uses.clear();
      for (const [role, uses] of kept) own.uses.set(role, uses);
    }
  }

  /** The role prefixes of one prompt as a set: the same one for the same prefixes, so that sessions are told alike at a glance. */
  together(agent: number, roles: readonly PrefixId[]): ReadonlySet<PrefixId> {
    const { together } = this.#of(agent);
    const key = JSON.stringify(roles);
    let set = together.get(key);
    if (set === undefined) {
      if (together.size >= maxVariantsPerAgent) together.clear();
      set = new Set(roles);
      together.set(key, set);
    }
    return set;
  }

  #of(agent: number): AgentVariants {
    let own = this.#agents.get(agent);
    if (own === undefined) {
      own = { uses: new Map(), sessions: 0, together: new Map() };
      this.#agents.set(agent, own);
    }
    return own;
  }

  /** Probability that a session new to `agent` brings `role`. */
  share(agent: number, role: PrefixId): number {
    const own = this.#agents.get(agent);
    if (own === undefined) return 0;
    return Math.min(1, (own.uses.get(role) ?? 0) / (own.sessions + 0.5));
  }
}
