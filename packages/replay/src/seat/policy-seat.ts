import type { Policy } from '@entresol/runtime-core';
import type { ReplacementMaker } from '../cache/replacement.ts';
import { PrefixValues } from './prefix-values.ts';
import { SeatContext, costModel } from './seat-context.ts';
import type { PrefillCost } from './seat-context.ts';
import { SeatEvents } from './seat-events.ts';
import { SeatPrompts } from './seat-prompts.ts';

export interface PolicySeatOptions {
  /** What a saved token is worth at its position. Default: every token the same, as hit rate counts them. */
  readonly cost?: PrefillCost;
  /** Virtual time from call to call, in ms. */
  readonly stepMs?: number;
}

/**
 * A seat for a policy of the runtime: it hears replayed calls as the events of a live runtime, each call when it is
 * queued, and its worth of prefixes ranks what the cache holds. Superseded prompts and ended sessions go first.
 * @param makePolicy - makes the policy anew, knowing nothing, for each replay
 */
export function policySeat(
  name: string,
  source: string,
  makePolicy: () => Policy,
  { cost = { msPerToken: 1, msPerTokenAtThousand: 0 }, stepMs = 1000 }: PolicySeatOptions = {},
): ReplacementMaker {
  return {
    name,
    source,
    create(cache) {
      const policy = makePolicy();
      const prompts = new SeatPrompts(cache);
      const context = new SeatContext(policy, prompts, costModel(cost));
      const events = new SeatEvents(policy, context, cache);
      const values = new PrefixValues(policy, context, cache, prompts);
      /** Of the running call. */
      let cachedTokens = 0;
      return {
        victims: {
          kind: 'score',
          keep: (run) => values.of(run),
          portion: (run) => values.portion(run),
        },
        called(call) {
          context.nowMs = call.now * stepMs;
          cachedTokens = prompts.cachedTokens(call);
          events.started(call, prompts.queued(call));
        },
        served(call) {
          events.ended(call, cachedTokens);
        },
        sessionEnded(session) {
          events.closed(session);
        },
        split: (head, tail) => prompts.parted(head, tail),
      };
    },
  };
}
