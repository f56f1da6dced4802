import type { VictimCandidate } from './engine-driver.ts';
import type { PrefixRef } from './identities.ts';
import { PrefetchLedger } from './prefetch-ledger.ts';
import type { CallDraft } from './policy.ts';
import type { Tier } from './residency.ts';

type Call = Pick<CallDraft, 'agent' | 'session' | 'prefixes'>;

/** Tokens [from, to) of a prefix that are not in its parent. */
interface HeldPart {
  readonly prefix: PrefixRef;
  readonly from: number;
  readonly to: number;
  /** Where there is another copy. */
  readonly copyIn?: Tier;
}

/** Parts of a prompt that one of the two orders held when a call came over it, and the other did not. */
export interface GhostUse {
  readonly heldBy: 'engine' | 'ghost';
  readonly parts: readonly HeldPart[];
}

interface Apart {
  readonly candidate: VictimCandidate;
  readonly parts: readonly HeldPart[];
}

/** Prompts that one order holds and the other does not, per side; beyond them the oldest is forgotten. */
const maxApart = 256;

/**
 * A ghost cache beside a real one: what would be held had victims been chosen by another order. It keeps the differences
 * only. Each time the engine gives something up, the ghost frees as many bytes of what it would hold.
 */
export class GhostOrder {
  /** Given up by the engine, still held by the ghost; and the other way round. */
  readonly #ghostOnly = new Map<string, Apart>();
  readonly #engineOnly = new Map<string, Apart>();
  /** Bytes that the ghost has yet to free. */
  #owed = 0;

  /**
   * @param victim - what the engine gives up
   * @param choose - the ghost's own choice: an index of what it is shown, or undefined for none
   * @returns whether the ghost would have given up something else
   */
  evicted(
    candidates: readonly VictimCandidate[],
    victim: VictimCandidate,
    choose: (candidates: readonly VictimCandidate[]) => number | undefined,
  ): boolean {
    this.#owed += victim.freesBytes;
    const held = [
      ...candidates.filter((one) => !this.#engineOnly.has(keyOf(one))),
      ...Array.from(this.#ghostOnly.values(), ({ candidate }) => candidate),
    ];
    let differs = false;
    while (this.#owed > 0 && held.length > 0) {
      const chosen = choose(held);
      const [given] = chosen === undefined ? [] : held.splice(chosen, 1);
      if (given === undefined) break;
      this.#owed -= Math.max(1, given.freesBytes);
      differs ||= given !== victim;
      if (!this.#ghostOnly.delete(keyOf(given))) put(this.#engineOnly, given);
    }
    if (!this.#engineOnly.delete(keyOf(victim))) put(this.#ghostOnly, victim);
    return differs;
  }

  /** A call is queued: where one order holds its prompt and the other does not, they differ no longer. */
  called(call: Call): readonly GhostUse[] {
    return [
      ...this.#used('ghost', this.#ghostOnly, call),
      ...this.#used('engine', this.#engineOnly, call),
    ];
  }

  #used(heldBy: GhostUse['heldBy'], apart: Map<string, Apart>, call: Call): readonly GhostUse[] {
    const uses: GhostUse[] = [];
    for (const [key, { candidate, parts }] of apart) {
      const last = candidate.loses.at(-1)?.prefix;
      const all = last !== undefined && PrefetchLedger.covers(last, call);
      const used = all ? parts : parts.filter(({ prefix }) => isIn(prefix, call));
      if (used.length === 0) continue;
      uses.push({ heldBy, parts: used });
      if (!all) {
        // Another session has its role brought in again: that part is the same on both sides from now on.
        apart.set(key, { candidate, parts: parts.filter((part) => !used.includes(part)) });
        continue;
      }
      apart.delete(key);
      // What the engine must bring in again the ghost need not make room for; and the other way round.
      this.#owed += heldBy === 'ghost' ? -candidate.freesBytes : candidate.freesBytes;
    }
    return uses;
  }

  /** The engine follows another order from now on: what differed until then says nothing more. */
  clear(): void {
    this.#ghostOnly.clear();
    this.#engineOnly.clear();
    this.#owed = 0;
  }
}

function isIn({ id }: PrefixRef, { prefixes }: Call): boolean {
  return prefixes.some((prefix) => prefix.id === id);
}

/** Handles are used again for other prompts; what a session's next prompt grows from is one thing with it. */
function keyOf({ handle, loses }: VictimCandidate): string {
  const last = loses.at(-1)?.prefix;
  if (last === undefined) return `nothing ${handle}`;
  const { id, agent, session } = last;
  return session === undefined ? `role ${id}` : JSON.stringify([agent, session]);
}

function put(apart: Map<string, Apart>, candidate: VictimCandidate): void {
  const { loses } = candidate;
  const parts = loses.map(({ prefix, tokens, copyIn }): HeldPart => {
    const parent = loses.find((other) => other.prefix.id === prefix.parent);
    const own = Math.max(0, tokens - (parent?.tokens ?? 0));
    const part = { prefix, from: prefix.tokens - own, to: prefix.tokens };
    return copyIn === undefined ? part : { ...part, copyIn };
  });
  apart.set(keyOf(candidate), { candidate, parts });
  if (apart.size <= maxApart) return;
  const [oldest] = apart.keys();
  if (oldest !== undefined) apart.delete(oldest);
}
