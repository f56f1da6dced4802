import type { VictimCandidate } from './engine-driver.ts';
import { HeldApart } from './held-apart.ts';
import type { HeldPart } from './held-apart.ts';
import type { CallDraft } from './policy.ts';

/** Parts of a prompt that one of the two orders held when a call came over it, and the other did not. */
export interface GhostUse {
  readonly heldBy: 'engine' | 'ghost';
  readonly parts: readonly HeldPart[];
}

/**
 * A ghost cache beside a real one: what would be held had victims been chosen by another order. It keeps the differences
 * only. Each time the engine gives something up, the ghost frees as many bytes of what it would hold.
 */
export class GhostOrder {
  /** Given up by the engine, still held by the ghost; and the other way round. */
  readonly #ghostOnly = new HeldApart();
  readonly #engineOnly = new HeldApart();
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
      ...candidates.filter((one) => !this.#engineOnly.has(one)),
      ...this.#ghostOnly.candidates,
    ];
    let differs = false;
    while (this.#owed > 0 && held.length > 0) {
      const chosen = choose(held);
      const [given] = chosen === undefined ? [] : held.splice(chosen, 1);
      if (given === undefined) break;
      this.#owed -= Math.max(1, given.freesBytes);
      differs ||= given !== victim;
      if (!this.#ghostOnly.delete(given)) this.#engineOnly.put(given);
    }
    if (!this.#engineOnly.delete(victim)) this.#ghostOnly.put(victim);
    return differs;
  }

  /** A call is queued: where one order holds its prompt and the other does not, they differ no longer. */
  called(call: Pick<CallDraft, 'agent' | 'session' | 'prefixes'>): readonly GhostUse[] {
    const [ghost, engine] = [this.#ghostOnly.take(call), this.#engineOnly.take(call)];
    // What the engine must bring in again the ghost need not make room for; and the other way round.
    for (const { freesBytes } of ghost) this.#owed -= freesBytes;
    for (const { freesBytes } of engine) this.#owed += freesBytes;
    return [
      ...ghost.map(({ parts }): GhostUse => ({ heldBy: 'ghost', parts })),
      ...engine.map(({ parts }): GhostUse => ({ heldBy: 'engine', parts })),
    ];
  }

  /** The engine follows another order from now on: what differed until then says nothing more. */
  clear(): void {
    this.#ghostOnly.clear();
    this.#engineOnly.clear();
    this.#owed = 0;
  }
}
