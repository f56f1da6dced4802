import type { Tier, VictimCandidate } from '@entresol/runtime-core';
import type { Content } from '../slots/content.ts';
import { prefixesOf } from '../slots/content.ts';
import type { Slot, SlotTable } from '../slots/slot-table.ts';
import type { SavedState } from '../tier/saved-state.ts';

type Loss = VictimCandidate['loses'][number];

/** Where other copies are looked for. */
export interface Copies {
  readonly table: SlotTable;
  readonly saved:
    | { holdsElsewhere(content: Content, length: number, except?: SavedState): boolean }
    | undefined;
}

/**
 * What giving up everything behind the first `kept` tokens would lose. A session prefix contains its role head, so its
 * tokens count from position 0 and the head is listed beside it, each with where another copy stays.
 */
function losses(
  content: Content,
  kept: number,
  copyOf: (length: number) => Tier | undefined,
): readonly Loss[] {
  const found: Loss[] = [];
  for (const prefix of prefixesOf(content)) {
    const held = Math.min(prefix.tokens, content.tokens.length);
    if (held <= kept) continue;
    const copyIn = copyOf(held);
    found.push({ prefix, tokens: held - kept, ...(copyIn === undefined ? {} : { copyIn }) });
  }
  return found;
}

/** A slot is one unit: whichever is taken, the same bytes become free. */
export function slotCandidate(
  slot: Slot,
  kept: number,
  slotBytes: number,
  { table, saved }: Copies,
): VictimCandidate {
  const { content } = slot;
  const copyOf = (held: number): Tier | undefined => {
    if (table.holdsElsewhere(content, held, slot)) return 'device';
    return saved?.holdsElsewhere(content, held) === true ? 'disk' : undefined;
  };
  return {
    handle: `slot-${slot.index}`,
    loses: losses(content, kept, copyOf),
    freesBytes: slotBytes,
    lastUsedAtMs: slot.lastUsedAtMs,
  };
}

export function stateCandidate(state: SavedState, copies: Copies): VictimCandidate {
  return {
    handle: `state-${state.number}`,
    loses: savedLosses(state.content, copies, state),
    freesBytes: state.file.bytes,
    lastUsedAtMs: state.lastUsedAtMs,
    tier: 'disk',
  };
}

/** A content on its way into the tier: not saving it is a choice like any other. */
export function incomingCandidate(
  content: Content,
  freesBytes: number,
  nowMs: number,
  copies: Copies,
): VictimCandidate {
  return {
    handle: 'incoming',
    loses: savedLosses(content, copies),
    freesBytes,
    lastUsedAtMs: nowMs,
  };
}

/**
 * In the tier only other saved states count as copies: what a slot holds is overwritten by one of the next requests, and
 * a role state that was refused because a slot still had its tokens would be missed soon after. A dedicated role state
 * is not softened by the conversations that begin with it either: it is the smaller place for the same tokens.
 */
function savedLosses(content: Content, { saved }: Copies, state?: SavedState): readonly Loss[] {
  if (content.session === undefined) return losses(content, 0, () => undefined);
  return losses(content, 0, (held) =>
    saved?.holdsElsewhere(content, held, state) === true ? 'disk' : undefined,
  );
}
