import type { AgentId, CallId, SessionId } from '@entresol/runtime-core';
import { horizonSteps } from './horizon.ts';
import { PassageGraph } from './passage-graph.ts';
import { END } from './symbols.ts';
import type { SymbolTable } from './symbols.ts';

/**
 * Agents of the calls that a session will make after one of its calls, to its end. Known in a replay only: what a policy
 * does with it is the limit of any that has to predict.
 */
export type Foresight = (session: SessionId, call: CallId) => readonly AgentId[];

/** The passage of a branch whose future is known: one step after the other, each certain. */
export function foreseenPassage(agents: readonly AgentId[], symbols: SymbolTable): PassageGraph {
  // Of an agent that nobody has called there is nothing to keep: it stands in the way as a step and no more.
  const symbol = agents.slice(0, horizonSteps).map((agent) => symbols.find(agent) ?? END);
  const to = symbol.map((_, step) => step + 1);
  return new PassageGraph(() => ({
    first: [0, ...to, symbol.length],
    to,
    symbol,
    probability: symbol.map(() => 1),
  }));
}
