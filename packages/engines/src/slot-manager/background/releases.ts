import type { Intent, PrefixRef, Ticket } from '@entresol/runtime-core';
import type { AsyncLock } from '../async-lock.ts';
import type { EngineView } from '../engine-view.ts';
import { tellRemoved } from '../engine-view.ts';
import type { Content } from '../slots/content.ts';
import { prefixesOf } from '../slots/content.ts';
import type { PrefixBook } from '../slots/prefix-book.ts';
import type { Slot, SlotTable } from '../slots/slot-table.ts';
import type { StateTier } from '../tier/state-tier.ts';
import type { Settlement } from './settlement.ts';

type Release = Extract<Intent, { kind: 'release' }>;

export interface ReleasesOptions {
  readonly view: EngineView;
  readonly table: SlotTable;
  readonly tier: StateTier | undefined;
  readonly lock: AsyncLock;
  readonly book: PrefixBook;
  readonly settlement: Settlement;
}

/**
 * Gives prefixes up when the runtime says so: `drop` frees slots and deletes files, `demote` makes them the first to go.
 * Of a session prefix the role head in front stays, since it is everybody's. A slot in use is dropped when it comes free.
 */
export class Releases {
  readonly #options: ReleasesOptions;
  /** Prefixes to drop from a slot that was busy when the word came. */
  readonly #owed = new Map<Slot, PrefixRef[]>();

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  submit(ticket: Ticket, { prefix, how }: Release): void {
    const { lock, settlement } = this.#options;
    lock
      .run(() => (how === 'drop' ? this.#drop(prefix) : this.#demote(prefix)))
      .then(
        () =>
          settlement.settle(ticket, { state: 'applied', mode: how === 'drop' ? 'hard' : 'ranked' }),
        (error: unknown) => settlement.settle(ticket, { state: 'failed', reason: String(error) }),
      );
  }

  /** True when `freed` has something to do. */
  owes(slot: Slot): boolean {
    return this.#owed.has(slot);
  }

  /** A slot has come free: carries out what was asked for meanwhile. Call it before anyone else gets the slot. */
  async freed(slot: Slot): Promise<void> {
    const owed = this.#owed.get(slot);
    if (owed === undefined) return;
    this.#owed.delete(slot);
    for (const prefix of owed) if (carries(slot.content, prefix)) await this.#cut(slot, prefix);
  }

  async #drop(prefix: PrefixRef): Promise<void> {
    const { table, tier, book } = this.#options;
    for (const slot of table.slots) {
      if (!carries(slot.content, prefix)) continue;
      if (slot.occupant === undefined) await this.#cut(slot, prefix);
      else this.#owed.set(slot, [...(this.#owed.get(slot) ?? []), prefix]);
    }
    for (const state of tier?.states ?? []) {
      if (carries(state.content, prefix)) await tier?.remove(state, 'policy');
    }
    book.forget(prefix.id);
  }

  async #demote(prefix: PrefixRef): Promise<void> {
    const { table, tier } = this.#options;
    for (const slot of table.slots) {
      if (carries(slot.content, prefix)) slot.lastUsedAtMs = Number.NEGATIVE_INFINITY;
    }
    for (const state of tier?.states ?? []) {
      if (carries(state.content, prefix)) state.lastUsedAtMs = Number.NEGATIVE_INFINITY;
    }
  }

  async #cut(slot: Slot, prefix: PrefixRef): Promise<void> {
    const { table, view } = this.#options;
    const before = slot.content;
    const kept =
      prefix.session === undefined ? 0 : Math.min(before.roleTokens, before.tokens.length);
    await table.trim(slot, kept);
    const { tokens, namespace, roleTokens, role } = slot.content;
    slot.content = {
      tokens,
      namespace,
      roleTokens: Math.min(roleTokens, kept),
      promptTokens: kept,
      ...(role === undefined || kept === 0 ? {} : { role }),
    };
    for (const gone of prefixesOf(before)) {
      const held = Math.min(gone.tokens, before.tokens.length);
      if (held > kept && !table.holdsElsewhere(before, held)) {
        tellRemoved(view, gone, 'device', 'policy');
      }
    }
  }
}

/** True when a content is that prefix, an older one of the same conversation, or something behind a role prefix. */
function carries({ role, session }: Content, prefix: PrefixRef): boolean {
  if (prefix.session === undefined) return role?.id === prefix.id;
  if (session === undefined) return false;
  return (
    session.id === prefix.id ||
    (session.session === prefix.session && session.agent === prefix.agent)
  );
}
