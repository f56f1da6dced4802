import type { VictimCandidate } from './engine-driver.ts';
import type { PrefixId, PrefixRef } from './identities.ts';
import type { CallDraft } from './policy.ts';
import type { Tier } from './residency.ts';

/** Tokens [from, to) of a prefix that are not in its parent. */
export interface HeldPart {
  readonly prefix: PrefixRef;
  readonly from: number;
  readonly to: number;
  /** Where there is another copy. */
  readonly copyIn?: Tier;
}

interface Apart {
  readonly candidate: VictimCandidate;
  readonly parts: readonly HeldPart[];
}

/** Prompts; beyond them the oldest is forgotten. */
const maxApart = 256;

/** Prompts that one order of victims holds and another does not. A call finds those that it comes over without a search. */
export class HeldApart {
  readonly #prompts = new Map<string, Apart>();
  /** Keys of the prompts of which it is a part. */
  readonly #holders = new Map<PrefixId, Set<string>>();

  get candidates(): readonly VictimCandidate[] {
    return Array.from(this.#prompts.values(), ({ candidate }) => candidate);
  }

  has(candidate: VictimCandidate): boolean {
    return this.#prompts.has(keyOf(candidate));
  }

  put(candidate: VictimCandidate): void {
    this.#set(keyOf(candidate), { candidate, parts: partsOf(candidate) });
    if (this.#prompts.size <= maxApart) return;
    const [oldest] = this.#prompts.keys();
    if (oldest !== undefined) this.#delete(oldest);
  }

  /** @returns whether it was there */
  delete(candidate: VictimCandidate): boolean {
    return this.#delete(keyOf(candidate));
  }

  /**
   * Takes out what a call comes over: a whole prompt where it goes on from it, else the parts that it shares.
   * @returns `freesBytes` of each whole one; 0 of the others, which are still there
   */
  take({ agent, session, prefixes }: Pick<CallDraft, 'agent' | 'session' | 'prefixes'>): readonly {
    readonly parts: readonly HeldPart[];
    readonly freesBytes: number;
  }[] {
    const own = sessionKey(agent, session);
    const ids = new Set(prefixes.map(({ id }) => id));
    const keys = new Set([own, ...[...ids].flatMap((id) => [...(this.#holders.get(id) ?? [])])]);
    const taken = [];
    for (const key of keys) {
      const held = this.#prompts.get(key);
      if (held === undefined) continue;
      const { candidate, parts } = held;
      const last = candidate.loses.at(-1)?.prefix.id;
      this.#delete(key);
      if (key === own || (last !== undefined && ids.has(last))) {
        taken.push({ parts, freesBytes: candidate.freesBytes });
        continue;
      }
      // Another session has its role brought in again: that part is the same on both sides from now on.
      this.#set(key, { candidate, parts: parts.filter(({ prefix }) => !ids.has(prefix.id)) });
      taken.push({ parts: parts.filter(({ prefix }) => ids.has(prefix.id)), freesBytes: 0 });
    }
    return taken;
  }

  clear(): void {
    this.#prompts.clear();
    this.#holders.clear();
  }

  #set(key: string, held: Apart): void {
    this.#delete(key);
    this.#prompts.set(key, held);
    for (const { prefix } of held.parts) {
      const holders = this.#holders.get(prefix.id) ?? new Set();
      this.#holders.set(prefix.id, holders.add(key));
    }
  }

  #delete(key: string): boolean {
    for (const { prefix } of this.#prompts.get(key)?.parts ?? []) {
      const holders = this.#holders.get(prefix.id);
      holders?.delete(key);
      if (holders?.size === 0) this.#holders.delete(prefix.id);
    }
    return this.#prompts.delete(key);
  }
}

function sessionKey(agent: string, session: string): string {
  return JSON.stringify([agent, session]);
}

/** Handles are used again for other prompts; what a session's next prompt grows from is one thing with it. */
function keyOf({ handle, loses }: VictimCandidate): string {
  const last = loses.at(-1)?.prefix;
  if (last === undefined) return `nothing ${handle}`;
  const { id, agent, session } = last;
  return session === undefined ? `role ${id}` : sessionKey(agent, session);
}

function partsOf({ loses }: VictimCandidate): readonly HeldPart[] {
  return loses.map(({ prefix, tokens, copyIn }): HeldPart => {
    const parent = loses.find((other) => other.prefix.id === prefix.parent);
    const own = Math.max(0, tokens - (parent?.tokens ?? 0));
    const part = { prefix, from: prefix.tokens - own, to: prefix.tokens };
    return copyIn === undefined ? part : { ...part, copyIn };
  });
}
