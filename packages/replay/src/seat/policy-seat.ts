import type { AgentId, CallId, Policy, SessionId } from '@entresol/runtime-core';
import type { CacheView, Replacement, ReplacementMaker } from '../cache/replacement.ts';
import { PrefixValues } from './prefix-values.ts';
import { SeatContext, costModel } from './seat-context.ts';
import type { PrefillCost } from './seat-context.ts';
import { SeatEvents } from './seat-events.ts';
import { SeatPrompts } from './seat-prompts.ts';
import { TouchedLru } from './touched-lru.ts';

export interface PolicySeatOptions {
  /**
   * `ranked` (the default): the engine asks the policy for its order of victims. `touch`: an unmodified LRU engine, in
   * which the runtime renews what it wants kept by sending it again, before room is needed.
   */
  readonly mode?: 'ranked' | 'touch';
  /** What a saved token is worth at its position. Default: every token the same, as hit rate counts them. */
  readonly cost?: PrefillCost;
  /** What the policy wishes to have computed ahead, after each call, is, in a replay with a clock. Default: nothing. */
  readonly prefetches?: boolean;
  /** Virtual time from call to call where the replay has no clock, in ms. */
  readonly stepMs?: number;
}

/** Agents of the calls that a session will make after one of its calls, to its end. */
export type ForeseenAgents = (session: SessionId, call: CallId) => readonly AgentId[];

/**
 * A seat for a policy of the runtime: it hears replayed calls as the events of a live runtime, each call when it is
 * queued, and its worth of prefixes orders what the cache gives up.
 * @param makePolicy - makes the policy anew, knowing nothing, for each replay
 */
export function policySeat(
  name: string,
  source: string,
  makePolicy: () => Policy,
  options: PolicySeatOptions = {},
): ReplacementMaker {
  return { name, source, create: (cache) => seated(makePolicy(), cache, options) };
}

/**
 * The same for a policy that is told each session's own future, but not how sessions interleave: the limit of any online
 * policy.
 * @param makePolicy - makes the policy anew for each replay, from what it may look up
 */
export function hindsightSeat(
  name: string,
  source: string,
  makePolicy: (foresight: ForeseenAgents) => Policy,
  options: PolicySeatOptions = {},
): ReplacementMaker {
  return {
    name,
    source,
    create: (cache) => seated(makePolicy(foresightOf(cache)), cache, options),
  };
}

function seated(
  policy: Policy,
  cache: CacheView,
  {
    mode = 'ranked',
    cost = { msPerToken: 1, msPerTokenAtThousand: 0 },
    stepMs = 1000,
    prefetches = false,
  }: PolicySeatOptions,
): Replacement {
  const prompts = new SeatPrompts(cache);
  const blockMs = costModel(cost).computeMs(0, cache.load.blockTokens);
  const context = new SeatContext(policy, prompts, costModel(cost));
  const events = new SeatEvents(policy, context, cache);
  const values = new PrefixValues(policy, context, cache, prompts);
  const touched = mode === 'touch' ? new TouchedLru(cache, values, { stepMs, blockMs }) : undefined;
  /** Of the running call. */
  let cachedTokens = 0;
  return {
    victims:
      touched === undefined
        ? {
            kind: 'score',
            keep: (run, held) => values.of(run, held),
            portion: (run, held) => values.portion(run, held),
          }
        : { kind: 'score', keep: (run) => touched.recency(run) },
    called(call) {
      context.nowMs = cache.atMs ?? call.now * stepMs;
      cachedTokens = prompts.cachedTokens(call);
      events.started(call, prompts.queued(call));
      touched?.called(call);
    },
    served(call) {
      events.ended(call, cachedTokens);
      touched?.served(call);
    },
    sessionEnded: (session) => events.closed(session),
    ...(prefetches ? { expected: (call) => events.wished(call) } : {}),
    split(head, tail) {
      prompts.parted(head, tail);
      touched?.parted(head, tail);
    },
    ...(touched === undefined ? {} : { touches: () => touched.touches }),
  };
}

function foresightOf({ load }: CacheView): ForeseenAgents {
  const { agents, sessions } = load.trace;
  const indexOf = new Map(sessions.map(({ id }, at) => [id, at]));
  return (session, call) => {
    const calls = sessions[indexOf.get(session) ?? -1]?.calls ?? [];
    const after = SeatEvents.indexOf(call) + 1;
    return calls.slice(after).map(({ agent }) => agents[agent] ?? String(agent));
  };
}
