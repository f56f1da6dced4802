import { START } from './symbols.ts';

/** Visits beyond this count as this many: a loop of forty rounds need not be told from one of fifty. */
export const maxVisits = 31;

/** What is known of one branch of a session: where it is and how often it has been where, along its causal path only. */
export interface BranchContext {
  readonly previous: number;
  /** An agent, or START or PAUSE while nothing has been called since. */
  readonly current: number;
  /** Visits per symbol on the causal path, the present one included, each at most {@link maxVisits}. */
  readonly visits: Uint8Array;
}

export const startContext: BranchContext = {
  previous: START,
  current: START,
  visits: new Uint8Array(0),
};

/** The context after `symbol` follows. Siblings of a fan-out each extend their parent's, so no order among them shows. */
export function advance(context: BranchContext, symbol: number): BranchContext {
  const visits = new Uint8Array(Math.max(context.visits.length, symbol + 1));
  visits.set(context.visits);
  visits[symbol] = Math.min(maxVisits, (visits[symbol] ?? 0) + 1);
  return { previous: context.current, current: symbol, visits };
}

export function visitsOf(context: BranchContext): number {
  return context.visits[context.current] ?? 0;
}
