import type { EngineView } from '../engine-view.ts';
import { incomingCandidate, stateCandidate } from '../placement/victims.ts';
import type { SlotTable } from '../slots/slot-table.ts';
import type { SavedState } from './saved-state.ts';
import type { StateStore } from './state-store.ts';
import { StateTier, type TierRank } from './state-tier.ts';

export interface RankedTierOptions {
  readonly view: EngineView;
  readonly table: SlotTable;
  readonly files: StateStore;
  readonly maxBytes: number;
  readonly savesNamespaces: boolean;
}

/** A second tier whose states the runtime ranks, the incoming one among them. */
export function createRankedTier(options: RankedTierOptions): StateTier {
  const { view, table, files, maxBytes, savesNamespaces } = options;
  const rank: TierRank = (states, { content, bytes }) => {
    const copies = { table, saved: tier };
    const candidates = [
      ...states.map((state) => stateCandidate(state, copies)),
      { ...incomingCandidate(content, bytes, view.clock.now(), copies), tier: 'disk' as const },
    ];
    const order = view.host.rank(candidates)?.flatMap((index): (SavedState | 'incoming')[] => {
      const state = states[index];
      if (state !== undefined) return [state];
      return index === states.length ? ['incoming'] : [];
    });
    // Named twice is freed once.
    return order && [...new Set(order)];
  };
  const tier = new StateTier({ view, files, maxBytes, rank, savesNamespaces });
  return tier;
}
