import type { Outcome, Ticket } from '@entresol/runtime-core';

/** Outcome of an act of which nothing was done. */
export function undone({ id }: Ticket, state: 'cancelled' | 'refused', reason: string): Outcome {
  return {
    id,
    state,
    mode: 'none',
    evidence: 'exact',
    computedTokens: 0,
    movedBytes: 0,
    engineMs: 0,
    reason,
  };
}
