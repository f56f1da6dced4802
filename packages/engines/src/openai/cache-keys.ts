import { createHash } from 'node:crypto';
import type { Clock, Milliseconds, PrefixId, PrefixRef } from '@entresol/runtime-core';

/**
 * Requests a minute that one key should carry: above about 15, the provider spreads a prefix over machines that do not
 * share a cache (OpenAI, guide to prompt caching).
 */
const perMinute = 15;
const windowMs: Milliseconds = 60_000;
/** Role prefixes whose rate is followed. */
const maxRoles = 1_024;
const keyCharacters = 32;

interface Role {
  readonly digest: string;
  /** When it was called in the last minute. */
  readonly calls: Milliseconds[];
  shards: number;
}

/**
 * `prompt_cache_key` of each call: the same for all calls of a role, so that they meet in one cache; several for a role
 * that is called more often than one key should carry, and then always the same for a session.
 */
export class CacheKeys {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #roles = new Map<PrefixId, Role>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * @param head its text; hashed once, so that other processes come to the same key
   */
  of(role: PrefixRef, session: string, head: () => string): string {
    const known = this.#roles.get(role.id) ?? {
      digest: digestOf(`${role.scope.namespace}\n${head()}`),
      calls: [],
      shards: 1,
    };
    this.#roles.delete(role.id);
    this.#roles.set(role.id, known);
    if (this.#roles.size > maxRoles) {
      const [oldest] = this.#roles.keys();
      if (oldest !== undefined) this.#roles.delete(oldest);
    }
    const shard = shardOf(session, this.#shards(known));
    return shard === 0 ? known.digest : `${known.digest}-${shard}`;
  }

  /** More as soon as they are needed; fewer only when half would do, so that sessions do not move to and fro. */
  #shards(role: Role): number {
    const nowMs = this.#clock.now();
    const { calls } = role;
    calls.push(nowMs);
    while ((calls[0] ?? nowMs) <= nowMs - windowMs) calls.shift();
    const needed = Math.ceil(calls.length / perMinute);
    if (needed > role.shards || needed <= role.shards / 2) role.shards = Math.max(1, needed);
    return role.shards;
  }
}

function digestOf(text: string): string {
  return `entresol-${createHash('sha256').update(text).digest('hex')}`.slice(0, keyCharacters);
}

/**
 * Jump consistent hash (Lamping and Veach 2014, arXiv:1406.2294): of n shards that become n + 1, one session in n + 1
 * moves, and only to the new one.
 */
function shardOf(session: string, shards: number): number {
  let key = fnv1a(session);
  let shard = -1n;
  let next = 0n;
  while (next < BigInt(shards)) {
    shard = next;
    key = (key * 2_862_933_555_777_941_757n + 1n) & 0xffff_ffff_ffff_ffffn;
    next = BigInt(Math.floor((Number(shard + 1n) * 2 ** 31) / Number((key >> 33n) + 1n)));
  }
  return Number(shard);
}

/** FNV-1a, 64 bits. */
function fnv1a(text: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const character of text) {
    hash ^= BigInt(character.codePointAt(0) ?? 0);
    hash = (hash * 0x100_0000_01b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return hash;
}
