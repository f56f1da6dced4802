import type { EngineView } from '../engine-view.ts';
import { tellRemoved, tellStored } from '../engine-view.ts';
import type { Content } from '../slots/content.ts';
import {
  commonPrefix,
  holds,
  lostTokens,
  negligibleTokens,
  prefixesOf,
  sameConversation,
  sharedTokens,
} from '../slots/content.ts';
import type { Slot } from '../slots/slot-table.ts';
import { leastRecentlyUsed } from '../slots/slot-table.ts';
import type { StateStore } from './state-store.ts';
import type { SavedState, SharedState } from './saved-state.ts';

/** Order of what the tier could give up, first victim first, `incoming` among them; undefined = no opinion. */
export type TierRank = (
  states: readonly SavedState[],
  incoming: { readonly content: Content; readonly bytes: number },
) => readonly (SavedState | 'incoming')[] | undefined;

export interface StateTierOptions {
  readonly view: EngineView;
  readonly files: StateStore;
  /** Never exceeded by what is kept; a state on its way in or out has a whole file for a moment. */
  readonly maxBytes: number;
  readonly rank: TierRank;
  /** False keeps the prompts of named namespaces (tenants) off the disk. */
  readonly savesNamespaces: boolean;
}

/**
 * Saved sequence states as the second tier: files within a budget of bytes. A load leaves the file where it is. Who gives
 * way is the runtime's to rank, and the least recently used without an opinion. Not safe for concurrent use: callers hold
 * the placement lock.
 */
export class StateTier {
  readonly #options: StateTierOptions;
  readonly #states = new Set<SavedState>();
  #bytes = 0;
  #last = 0;
  #movedBytes = 0;
  /** False once a state of this model could not be taken apart. */
  #splits = true;
  /** The state that a running placement is about to load. */
  #pinned: SavedState | undefined;

  constructor(options: StateTierOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes written and read back since the start. */
  get movedBytes(): number {
    return this.#movedBytes;
  }

  get states(): readonly SavedState[] {
    return [...this.#states];
  }

  /** The state with the most leading tokens of `wanted`; of equals the shortest, which loads fastest. */
  best(wanted: Content): SharedState | undefined {
    let best: SharedState | undefined;
    for (const state of this.#states) {
      const shared = sharedTokens(state.content, wanted);
      if (shared === 0 || shared < (best?.shared ?? 0)) continue;
      const ties = shared === best?.shared;
      if (ties && state.content.tokens.length >= (best?.state.content.tokens.length ?? 0)) continue;
      best = { state, shared };
    }
    return best;
  }

  longestShare(wanted: Content): number {
    return this.best(wanted)?.shared ?? 0;
  }

  holdsElsewhere(content: Content, length: number, except?: SavedState): boolean {
    for (const state of this.#states) {
      if (state !== except && holds(state.content, content, length)) return true;
    }
    return false;
  }

  /** True when saving `content` would add next to nothing. */
  covers(content: Content): boolean {
    const enough = content.tokens.length - negligibleTokens;
    return enough <= 0 || this.holdsElsewhere(content, enough + 1);
  }

  pin(state: SavedState | undefined): void {
    this.#pinned = state;
  }

  /**
   * Saves what a slot holds if it has its place, and lets a newer state of a conversation replace its older ones.
   * @returns the state, or undefined when it was not worth a place or the disk failed; work goes on either way
   */
  async admit(slot: Slot): Promise<SavedState | undefined> {
    const { content } = slot;
    const { view, files, maxBytes, savesNamespaces } = this.#options;
    const base = this.#baseOf(content);
    const shared = view.cost.footprintBytes(base?.content.tokens.length ?? 0);
    const bytes = view.cost.footprintBytes(content.tokens.length) - shared;
    if ((content.namespace !== '' && !savesNamespaces) || bytes > maxBytes) return this.#drop();
    const replaced = this.states.filter(
      (state) => state !== this.#pinned && replaces(content, state),
    );
    const victims = this.#victims(content, bytes, { replaced, base });
    if (victims === undefined) return this.#drop();
    for (const state of victims) {
      view.counters.evictions += 1;
      await this.remove(state, 'capacity');
    }
    for (const state of replaced) await this.remove(state, 'policy');
    const startedAtMs = view.clock.now();
    try {
      const file = await files.save(
        slot.sequence,
        base && { file: base.file, tokens: base.content.tokens.length },
      );
      view.cost.learnSave(content.tokens.length, view.clock.now() - startedAtMs);
      if (base !== undefined && file.base === undefined) this.#splits = false;
      if (this.#bytes + file.bytes > maxBytes) {
        await files.remove(file);
        return this.#drop();
      }
      const state: SavedState = {
        number: ++this.#last,
        content,
        file,
        base: file.base === undefined ? undefined : base,
        lastUsedAtMs: view.clock.now(),
      };
      this.#states.add(state);
      this.#bytes += file.bytes;
      this.#movedBytes += file.bytes;
      view.counters.spills += 1;
      for (const prefix of prefixesOf(content)) tellStored(view, prefix, 'disk');
      return state;
    } catch {
      // A full or vanished disk costs a recompute later, never a request now; the counter shows it.
      return this.#drop();
    }
  }

  /**
   * Loads a state into a slot's sequence and keeps its file. A state that fails is removed.
   * @returns false when it could not be used; the sequence is then empty
   */
  async load(state: SavedState, { sequence }: Slot): Promise<boolean> {
    const { view, files } = this.#options;
    const startedAtMs = view.clock.now();
    try {
      this.#movedBytes += await files.load(state.file, sequence);
    } catch {
      // Changed on disk or refused by llama.cpp: recomputed from the prompt, which is always possible.
      await this.remove(state, 'reset');
      await sequence.trim(0);
      return false;
    }
    view.counters.loads += 1;
    state.lastUsedAtMs = view.clock.now();
    if (state.base !== undefined) state.base.lastUsedAtMs = state.lastUsedAtMs;
    view.cost.learnLoad(state.content.tokens.length, state.lastUsedAtMs - startedAtMs);
    return true;
  }

  async remove(state: SavedState, cause: 'capacity' | 'policy' | 'reset'): Promise<void> {
    if (!this.#states.delete(state)) return;
    for (const dependent of this.states) {
      if (dependent.base === state) await this.remove(dependent, cause);
    }
    this.#bytes -= state.file.bytes;
    await this.#options.files.remove(state.file);
    for (const prefix of prefixesOf(state.content)) {
      if (!this.holdsElsewhere(state.content, prefix.tokens)) {
        tellRemoved(this.#options.view, prefix, 'disk', cause);
      }
    }
  }

  /** The dedicated role state that `content` begins with: what lies on it is saved without it. */
  #baseOf(content: Content): SavedState | undefined {
    const { roleTokens, tokens } = content;
    if (!this.#splits || roleTokens === 0 || tokens.length <= roleTokens) return undefined;
    return this.states.find(
      (state) =>
        isRoleState(state.content) &&
        state.content.roleTokens === roleTokens &&
        holds(content, state.content, roleTokens),
    );
  }

  /** Who leaves so that `bytes` fit; undefined = the incoming state is the one that does not stay. */
  #victims(
    content: Content,
    bytes: number,
    { replaced, base }: { replaced: readonly SavedState[]; base: SavedState | undefined },
  ): readonly SavedState[] | undefined {
    const { maxBytes, rank } = this.#options;
    let needed =
      replaced.reduce((sum, { file }) => sum - file.bytes, this.#bytes + bytes) - maxBytes;
    const going = new Set<SavedState>(replaced);
    const kept = new Set<SavedState | undefined>([this.#pinned, base]);
    const victims: SavedState[] = [];
    while (needed > 0) {
      // A role state can go once all that lie on it go: then there is one more to choose from.
      const carrying = new Set(this.states.filter((one) => !going.has(one)).map((one) => one.base));
      const candidates = this.states.filter(
        (one) => !going.has(one) && !kept.has(one) && !carrying.has(one),
      );
      const order = rank(candidates, { content, bytes });
      const first = order === undefined ? leastRecentlyUsed(candidates) : order[0];
      if (first === undefined || first === 'incoming') return undefined;
      going.add(first);
      victims.push(first);
      needed -= first.file.bytes;
    }
    return victims;
  }

  #drop(): undefined {
    this.#options.view.counters.droppedSpills += 1;
  }
}

/** Only the head that an agent's prompts have in common. */
function isRoleState({ session, tokens, roleTokens }: Content): boolean {
  return session === undefined && roleTokens > 0 && tokens.length === roleTokens;
}

/** True when `state` has nothing of its own once `newer` is saved. A dedicated role state is a conversation of nobody. */
function replaces(newer: Content, state: SavedState): boolean {
  const older = state.content;
  if (older.namespace !== newer.namespace) return false;
  const shared = commonPrefix(older.tokens, newer.tokens);
  if (isRoleState(older)) return false;
  const successor = older.session === undefined || sameConversation(older, newer);
  return successor && lostTokens(older, shared, newer) < negligibleTokens;
}
