import type { Content } from '../slots/content.ts';
import {
  headOf,
  lostTokens,
  negligibleTokens,
  prefixesOf,
  roleHeadOf,
  sharedTokens,
} from '../slots/content.ts';
import type { Slot, SlotTable } from '../slots/slot-table.ts';
import { leastRecentlyUsed } from '../slots/slot-table.ts';
import type { EngineView } from '../engine-view.ts';
import { tellRemoved } from '../engine-view.ts';
import type { SavedState, SharedState } from '../tier/saved-state.ts';
import type { StateTier } from '../tier/state-tier.ts';
import type { Placed, PlaceOptions, Placement } from './placement.ts';
import { incomingCandidate, slotCandidate, type Copies } from './victims.ts';

/** Horizon at which a single worth is asked for; the index behind `keep` has none of its own. */
const worthHorizonMs = 60_000;

/** An idle slot as a place for the wanted prompt. */
interface Option {
  readonly slot: Slot;
  readonly shared: number;
  /** Tokens that matter and that taking it would cost. */
  readonly lost: number;
  readonly lastUsedAtMs: number;
}

type Readied = Omit<Placed, 'movedBytes'>;

export interface RuntimePlacementOptions {
  readonly view: EngineView;
  readonly table: SlotTable;
  /** Undefined without a second tier. */
  readonly tier: StateTier | undefined;
  readonly slotTokens: number;
}

/**
 * Slots and second tier ordered by what the runtime says its prefixes are worth, and by recency where it has no opinion.
 * A prompt goes where nothing is lost if there is such a slot; else into the first victim, whose state is saved before,
 * on top of the best state that can be brought there.
 */
export class RuntimePlacement implements Placement {
  readonly #view: EngineView;
  readonly #table: SlotTable;
  readonly #tier: StateTier | undefined;
  readonly #slotTokens: number;
  readonly #copies: Copies;

  constructor({ view, table, tier, slotTokens }: RuntimePlacementOptions) {
    this.#view = view;
    this.#table = table;
    this.#tier = tier;
    this.#slotTokens = slotTokens;
    this.#copies = { table, saved: tier };
  }

  async place(wanted: Content, options: PlaceOptions): Promise<Placed | undefined> {
    const before = this.#tier?.movedBytes ?? 0;
    const placed = await this.#place(wanted, options);
    const movedBytes = (this.#tier?.movedBytes ?? 0) - before;
    return placed && { ...placed, movedBytes };
  }

  async #place(wanted: Content, options: PlaceOptions): Promise<Readied | undefined> {
    const limit = options.occupant === 'request' ? wanted.tokens.length - 1 : wanted.tokens.length;
    const idle = this.#table.idle().map((slot) => optionOf(slot, wanted, limit));
    const best = mostShared(idle);
    if (best === undefined) return undefined;
    const saved = this.#savedHead(wanted, limit);
    if (best.lost < negligibleTokens && !this.#worthLoading(saved, best.shared)) {
      return this.#occupy(best, wanted);
    }
    const victim = this.#victim(idle, wanted, options);
    if (victim === undefined) return undefined;
    return this.#overwrite(victim, best, saved, wanted, limit);
  }

  improves({ cached }: Placed, wanted: Content): boolean {
    return this.#worthLoading(this.#savedHead(wanted, wanted.tokens.length - 1), cached);
  }

  async improve(placed: Placed, wanted: Content): Promise<Placed> {
    const limit = wanted.tokens.length - 1;
    const saved = this.#savedHead(wanted, limit);
    if (!this.#worthLoading(saved, placed.cached)) return placed;
    const before = this.#tier?.movedBytes ?? 0;
    const readied = await this.#occupyWithState(placed.slot, saved, wanted, limit);
    const moved = (this.#tier?.movedBytes ?? 0) - before;
    return { ...readied, movedBytes: placed.movedBytes + moved };
  }

  wantsRoleHead(content: Content, cached: number): boolean {
    const { roleTokens } = content;
    return (
      this.#tier !== undefined &&
      roleTokens >= negligibleTokens &&
      cached < roleTokens &&
      this.#view.cost.savePays(roleTokens) &&
      !this.#hasRoleState(content)
    );
  }

  async keepRoleHead(slot: Slot): Promise<void> {
    const head = roleHeadOf(slot.content);
    if (this.#tier === undefined || head.tokens.length !== slot.sequence.length) return;
    if (this.#hasRoleState(head)) return;
    await this.#tier.admit({ ...slot, content: head });
  }

  async launched(): Promise<void> {
    // Nothing follows a launch here: states are saved when a slot is given up.
  }

  #hasRoleState(content: Content): boolean {
    return this.#tier?.holdsElsewhere(content, content.roleTokens) === true;
  }

  #savedHead(wanted: Content, limit: number): SharedState | undefined {
    const found = this.#tier?.best(wanted);
    return found && { state: found.state, shared: Math.min(found.shared, limit) };
  }

  #worthLoading(saved: SharedState | undefined, shared: number): saved is SharedState {
    if (saved === undefined || saved.shared - shared < negligibleTokens) return false;
    const { tokens } = saved.state.content;
    return this.#view.cost.loadPays(tokens.length, shared, saved.shared);
  }

  /** The slot to give up; undefined when a warm-up would displace what is worth more than it. */
  #victim(idle: readonly Option[], wanted: Content, options: PlaceOptions): Option | undefined {
    const free = idle.filter(({ lost }) => lost < negligibleTokens);
    if (free.length > 0) return mostShared(free);
    const slotBytes = this.#view.cost.footprintBytes(this.#slotTokens);
    const candidates = idle.map(({ slot, shared }) =>
      slotCandidate(slot, shared, slotBytes, this.#copies),
    );
    if (options.unlessWorthLessThan !== undefined) {
      const now = this.#view.clock.now();
      candidates.push(incomingCandidate(wanted, slotBytes, now, this.#copies));
    }
    const first = this.#view.host.rank(candidates)?.[0];
    if (first === undefined) return leastRecentlyUsed(idle);
    return options.occupant === 'warm-up' ? idle[first] : (idle[first] ?? leastRecentlyUsed(idle));
  }

  async #overwrite(
    victim: Option,
    best: Option,
    saved: SharedState | undefined,
    wanted: Content,
    limit: number,
  ): Promise<Readied> {
    let source = this.#worthLoading(saved, victim.shared) ? saved : undefined;
    let place = victim;
    const reach = Math.max(victim.shared, source?.shared ?? 0);
    if (victim !== best && best.shared - reach >= negligibleTokens) {
      // The best head is in a slot whose rest somebody needs: copy it through the tier, or take that slot after all.
      this.#tier?.pin(source?.state);
      const copy = await this.#copyOf(best);
      if (copy !== undefined) source = { state: copy, shared: best.shared };
      else if (this.#cheaperInPlace(best, reach)) [place, source] = [best, undefined];
    }
    // Saving the victim may push others out, but never the state that is loaded next.
    this.#tier?.pin(source?.state);
    try {
      if (place.lost >= negligibleTokens) await this.#spill(place.slot);
      if (source !== undefined) {
        return await this.#occupyWithState(place.slot, source, wanted, limit);
      }
    } finally {
      this.#tier?.pin(undefined);
    }
    return this.#occupy(place, wanted);
  }

  async #copyOf({ slot }: Option): Promise<SavedState | undefined> {
    if (!this.#view.cost.savePays(slot.content.tokens.length)) return undefined;
    return this.#tier?.admit(slot);
  }

  /** Compares computing the shared head again now with what losing the slot's rest is expected to cost. */
  #cheaperInPlace(best: Option, reach: number): boolean {
    const { cost, host } = this.#view;
    const againMs = cost.computeMs(reach, best.shared);
    const content = best.slot.content;
    const worths = prefixesOf(content).map((prefix) => host.worth(prefix, worthHorizonMs));
    const known = worths.filter((worth) => worth !== undefined);
    const lossMs =
      known.length === 0
        ? cost.computeMs(best.shared, content.tokens.length)
        : known.reduce((sum, { reuse, gainMs }) => sum + reuse * gainMs, 0);
    return againMs >= lossMs;
  }

  async #spill(slot: Slot): Promise<void> {
    this.#view.counters.evictions += 1;
    const { content } = slot;
    if (this.#tier === undefined || this.#tier.covers(content)) return;
    if (!this.#view.cost.savePays(content.tokens.length)) {
      this.#view.counters.droppedSpills += 1;
      return;
    }
    const newest = content.session ?? content.role;
    if (newest !== undefined) {
      const worth = this.#view.host.worth(newest, worthHorizonMs);
      if (worth !== undefined && worth.keep <= 0) return;
    }
    await this.#tier.admit(slot);
  }

  async #occupyWithState(
    slot: Slot,
    { state, shared }: SharedState,
    wanted: Content,
    limit: number,
  ): Promise<Readied> {
    const before = slot.content;
    const loaded = await this.#tier?.load(state, slot);
    slot.content = loaded === true ? state.content : headOf(before, 0);
    const cached = loaded === true ? Math.min(shared, limit) : 0;
    await this.#settle(slot, before, wanted, cached);
    return { slot, cached, fromDisk: cached };
  }

  async #occupy({ slot, shared }: Option, wanted: Content): Promise<Readied> {
    const before = slot.content;
    await this.#settle(slot, before, wanted, shared);
    return { slot, cached: shared, fromDisk: 0 };
  }

  /** Cuts the slot to the shared head, makes it the newcomer's, and says what is gone from the device. */
  async #settle(slot: Slot, before: Content, wanted: Content, cached: number): Promise<void> {
    await this.#table.trim(slot, cached);
    slot.content = headOf(wanted, cached);
    for (const prefix of prefixesOf(before)) {
      const held = Math.min(prefix.tokens, before.tokens.length);
      if (held > cached && !this.#table.holdsElsewhere(before, held, slot)) {
        tellRemoved(this.#view, prefix, 'device', 'capacity');
      }
    }
  }
}

function optionOf(slot: Slot, wanted: Content, limit: number): Option {
  const shared = Math.min(sharedTokens(slot.content, wanted), limit);
  const lost = lostTokens(slot.content, shared, wanted);
  return { slot, shared, lost, lastUsedAtMs: slot.lastUsedAtMs };
}

/** Most shared tokens, then least lost, then least recently used. */
function mostShared(options: readonly Option[]): Option | undefined {
  return options.toSorted(
    (a, b) =>
      b.shared - a.shared || a.lost - b.lost || compareTimes(a.lastUsedAtMs, b.lastUsedAtMs),
  )[0];
}

/** Never-used slots are at minus infinity, whose difference is NaN. */
function compareTimes(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
