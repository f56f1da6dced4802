import type { CacheScope, PrefixId, PrefixRef } from '@entresol/runtime-core';
import { noRun } from '../cache/run.ts';
import type { Run } from '../cache/run.ts';
import type { CacheView, SeenCall } from '../cache/replacement.ts';

/** One engine, one model, no tenants. */
export const seatScope: CacheScope = { endpoint: 'replay', model: 'replay', namespace: '' };

/**
 * Points of a prompt's own part, as shares of it, that get a link of their own: a later prompt repeats the links up to
 * where it parts from this one, which is how a chain shows the amount that is reused. An engine's chain is finer.
 */
const linkedAt = [1 / 8, 3 / 8, 1 / 2, 5 / 8, 7 / 8] as const;

interface Link {
  readonly id: PrefixId;
  readonly tokens: number;
}

/** The newest prompt of one conversation, with its reply, as the cache holds it. Lengths are those of whole blocks. */
export interface HeldPrompt {
  readonly agent: string;
  readonly session: string;
  /** Id of the whole. */
  readonly id: PrefixId;
  readonly role: PrefixId | undefined;
  readonly roleTokens: number;
  readonly tokens: number;
  /** Its own links, shortest first, without those it has from the prompt before. */
  readonly links: readonly Link[];
  /** Last run of its own part; {@link noRun} = it has none. */
  readonly lastRun: Run;
}

/** Names for what a replayed cache holds: the prefix chain of each call, and how much of a prefix is in the cache. */
export class SeatPrompts {
  readonly #cache: CacheView;
  /** Index of a session's first conversation among all. */
  readonly #firstOf: Int32Array;
  readonly #held: (HeldPrompt | undefined)[] = [];
  readonly #superseded: (HeldPrompt | undefined)[] = [];
  readonly #lastRun: Int32Array;
  readonly #lastRoleRun: Int32Array;
  readonly #newest = new Map<string, Map<string, PrefixRef>>();
  readonly #newestRole = new Map<string, PrefixRef>();
  readonly #slots = new Map<PrefixId, { readonly slot: number; readonly role: number }>();
  readonly conversations: number;

  constructor(cache: CacheView) {
    const { sessions, roles } = cache.load.trace;
    this.#cache = cache;
    this.#firstOf = new Int32Array(sessions.length);
    let conversations = 0;
    sessions.forEach((session, at) => {
      this.#firstOf[at] = conversations;
      conversations += session.conversations;
    });
    this.conversations = conversations;
    this.#lastRun = new Int32Array(conversations).fill(noRun);
    this.#lastRoleRun = new Int32Array(roles).fill(noRun);
  }

  /** Index of a session's conversation among all of the trace. */
  slotOf(session: number, conversation: number): number {
    return (this.#firstOf[session] ?? 0) + conversation;
  }

  held(slot: number): HeldPrompt | undefined {
    return this.#held[slot];
  }

  /** The prompt that the newest one of a conversation took the place of. */
  superseded(slot: number): HeldPrompt | undefined {
    return this.#superseded[slot];
  }

  roleRef(role: number, agent: number, tokens: number): PrefixRef {
    return {
      id: roleId(role),
      scope: seatScope,
      agent: this.#agent(agent),
      tokens,
      tokensEvidence: 'exact',
    };
  }

  /** The newest prompt of an agent in a session, else the role prefix it had last anywhere. */
  newest(agent: string, session: string): PrefixRef | undefined {
    return this.#newest.get(session)?.get(agent) ?? this.#newestRole.get(agent);
  }

  /** A part of a held prompt from its start. */
  partRef(held: HeldPrompt, tokens: number): PrefixRef {
    const { agent, session, id, role } = held;
    return {
      id,
      scope: seatScope,
      agent,
      session,
      tokens,
      tokensEvidence: 'exact',
      ...(role === undefined ? {} : { parent: role }),
    };
  }

  /** Leading tokens of a call's prompt that need not be computed, before anything of it is brought in. */
  cachedTokens({ path, reusedRuns, block }: SeenCall): number {
    const { tree, load } = this.#cache;
    const { held } = tree.anywhere;
    let blocks = 0;
    for (const run of path.slice(0, reusedRuns)) {
      blocks += held[run] ?? 0;
      if ((held[run] ?? 0) < (tree.blocks[run] ?? 0)) break;
    }
    return Math.min(blocks * load.blockTokens, block.promptTokens);
  }

  /** The chain of a call that is queued now, shortest first. Its reply counts as part of it. */
  queued({ session, index, block, path, roleRuns }: SeenCall): readonly PrefixRef[] {
    const { blockTokens, trace } = this.#cache.load;
    const slot = this.slotOf(session, block.conversation);
    const before = this.#held[slot];
    const roleTokens = block.roleBlocks * blockTokens;
    const tokens = block.blocks * blockTokens;
    const reused = block.reusedBlocks * blockTokens;
    const id = `${session}/${block.conversation}/${index}`;
    const role = roleTokens > 0 ? roleId(block.role) : undefined;
    const own = tokens - roleTokens;
    const links: Link[] = [];
    for (const share of linkedAt) {
      const at = roleTokens + Math.ceil(share * own);
      if (at > roleTokens && at < tokens) links.push({ id: `${id}@${share}`, tokens: at });
    }
    links.push({ id, tokens });
    const repeated = (before?.links ?? []).filter((link) => link.tokens <= reused);
    const lastRun = path.length > roleRuns ? (path.at(-1) ?? noRun) : noRun;
    const held: HeldPrompt = {
      agent: this.#agent(block.agent),
      session: trace.sessions[session]?.id ?? String(session),
      id,
      role,
      roleTokens,
      tokens,
      links,
      lastRun,
    };
    this.#superseded[slot] = before;
    this.#held[slot] = held;
    this.#lastRun[slot] = lastRun;
    if (roleRuns > 0) this.#lastRoleRun[block.role] = path[roleRuns - 1] ?? noRun;
    if (before !== undefined) this.#slots.delete(before.id);
    this.#slots.set(id, { slot, role: block.role });
    if (role !== undefined) {
      this.#newestRole.set(held.agent, this.roleRef(block.role, block.agent, roleTokens));
    }
    let newest = this.#newest.get(held.session);
    if (newest === undefined) this.#newest.set(held.session, (newest = new Map()));
    newest.set(held.agent, this.partRef(held, tokens));
    return [
      ...(role === undefined ? [] : [this.roleRef(block.role, block.agent, roleTokens)]),
      ...[...repeated, ...links]
        .toSorted((a, b) => a.tokens - b.tokens)
        .map((link) => ({ ...this.partRef(held, link.tokens), id: link.id })),
    ];
  }

  parted(head: Run, tail: Run): void {
    const { tree } = this.#cache;
    if (tree.isRole(head)) {
      const role = tree.role[head] ?? 0;
      if (this.#lastRoleRun[role] === head) this.#lastRoleRun[role] = tail;
      return;
    }
    const slot = this.slotOf(tree.session[head] ?? 0, tree.conversation[head] ?? 0);
    if (this.#lastRun[slot] === head) this.#lastRun[slot] = tail;
  }

  /** Leading tokens of a prefix that are in the cache. */
  residentTokens(prefix: PrefixRef): number {
    const known = this.#slots.get(prefix.id);
    if (known === undefined) {
      const role = roleOf(prefix.id);
      const tail = role === undefined ? noRun : (this.#lastRoleRun[role] ?? noRun);
      return Math.min(prefix.tokens, this.#heldUpTo(tail));
    }
    const own = this.#heldUpTo(this.#lastRun[known.slot] ?? noRun);
    const tokens = own > 0 ? own : this.#heldUpTo(this.#lastRoleRun[known.role] ?? noRun);
    return Math.min(prefix.tokens, tokens);
  }

  /** Tokens in the cache of the chain that ends in `run`: what holds anything has all of its ancestors. */
  #heldUpTo(run: Run): number {
    const { tree, load } = this.#cache;
    for (let at = run; at !== noRun; at = tree.parent[at] ?? noRun) {
      const cached = tree.cached[at] ?? 0;
      if (cached === 0) continue;
      let blocks = (tree.start[at] ?? 0) + cached;
      if (!tree.isRole(at)) {
        let role = tree.parent[at] ?? noRun;
        while (role !== noRun && !tree.isRole(role)) role = tree.parent[role] ?? noRun;
        if (role !== noRun) blocks += (tree.start[role] ?? 0) + (tree.blocks[role] ?? 0);
      }
      return blocks * load.blockTokens;
    }
    return 0;
  }

  #agent(agent: number): string {
    return this.#cache.load.trace.agents[agent] ?? String(agent);
  }
}

function roleId(role: number): PrefixId {
  return `role/${role}`;
}

function roleOf(id: PrefixId): number | undefined {
  return id.startsWith('role/') ? Number(id.slice('role/'.length)) : undefined;
}
