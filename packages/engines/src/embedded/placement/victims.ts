import type { VictimCandidate } from '@entresol/runtime-core';
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
  copies: Copies,
  place: { readonly slot?: Slot; readonly state?: SavedState },
): readonly Loss[] {
  const found: Loss[] = [];
  for (const prefix of prefixesOf(content)) {
    const held = Math.min(prefix.tokens, content.tokens.length);
    if (held <= kept) continue;
    const copyIn = copies.table.holdsElsewhere(content, held, place.slot)
      ? 'device'
      : copies.saved?.holdsElsewhere(content, held, place.state) === true
        ? 'disk'
        : undefined;
    found.push({ prefix, tokens: held - kept, ...(copyIn === undefined ? {} : { copyIn }) });
  }
  return found;
}

/** A slot is one unit: whichever is taken, the same bytes become free. */
export function slotCandidate(
  slot: Slot,
  kept: number,
  slotBytes: number,
  copies: Copies,
): VictimCandidate {
  return {
    handle: `slot-${slot.index}`,
    loses: losses(slot.content, kept, copies, { slot }),
    freesBytes: slotBytes,
    lastUsedAtMs: slot.lastUsedAtMs,
  };
}

export function stateCandidate(state: SavedState, copies: Copies): VictimCandidate {
  return {
    handle: `state-${state.number}`,
    loses: losses(state.content, 0, copies, { state }),
    freesBytes: state.file.bytes,
    lastUsedAtMs: state.lastUsedAtMs,
  };
}

/** A content on its way into the tier, or a warm-up on its way into a slot: not saving it is a choice like any other. */
export function incomingCandidate(
  content: Content,
  freesBytes: number,
  nowMs: number,
  copies: Copies,
  leaving?: Slot,
): VictimCandidate {
  return {
    handle: 'incoming',
    loses: losses(content, 0, copies, leaving === undefined ? {} : { slot: leaving }),
    freesBytes,
    lastUsedAtMs: nowMs,
  };
}
