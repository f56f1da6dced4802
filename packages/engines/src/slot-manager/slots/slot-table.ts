import type { Milliseconds } from '@entresol/runtime-core';
import type { SlotSequence } from '../slot-sequence.ts';
import type { Content } from './content.ts';
import { emptyContent, headOf, holds, sharedTokens } from './content.ts';

/** One sequence of the context with our own record of what its KV holds. */
export interface Slot {
  readonly index: number;
  readonly sequence: SlotSequence;
  content: Content;
  /** Undefined = idle. */
  occupant: 'request' | 'warm-up' | undefined;
  lastUsedAtMs: Milliseconds;
}

/** The slots. Content changes only through here, and only together with the sequence. */
export class SlotTable {
  readonly slots: readonly Slot[];

  constructor(sequences: readonly SlotSequence[]) {
    this.slots = sequences.map((sequence, index) => ({
      index,
      sequence,
      content: emptyContent,
      occupant: undefined,
      lastUsedAtMs: Number.NEGATIVE_INFINITY,
    }));
  }

  idle(): Slot[] {
    return this.slots.filter((slot) => slot.occupant === undefined);
  }

  /** True when a slot other than `except` has the first `length` tokens of `content`. */
  holdsElsewhere(content: Content, length: number, except?: Slot): boolean {
    return this.slots.some((slot) => slot !== except && holds(slot.content, content, length));
  }

  /** Most leading tokens of `wanted` that any one slot has. */
  longestShare(wanted: Content): number {
    return this.slots.reduce((most, slot) => Math.max(most, sharedTokens(slot.content, wanted)), 0);
  }

  /** Cuts sequence and record to the first `length` tokens. */
  async trim(slot: Slot, length: number): Promise<void> {
    await slot.sequence.trim(length);
    slot.content = headOf(slot.content, length);
  }

  /** Takes `tokens` as what the sequence was fed with; the record ends where the KV ends. */
  record(slot: Slot, content: Content): void {
    const held = slot.sequence.length;
    slot.content =
      held === content.tokens.length
        ? content
        : { ...content, tokens: content.tokens.slice(0, held) };
  }

  /** After a failure: nothing that is not known for certain stays. */
  async reset(slot: Slot): Promise<void> {
    slot.content = emptyContent;
    await slot.sequence.trim(0);
  }
}

/** The one used longest ago; undefined of nothing. */
export function leastRecentlyUsed<T extends { readonly lastUsedAtMs: Milliseconds }>(
  all: readonly T[],
): T | undefined {
  return all.reduce<T | undefined>(
    (oldest, one) =>
      oldest === undefined || one.lastUsedAtMs < oldest.lastUsedAtMs ? one : oldest,
    undefined,
  );
}
