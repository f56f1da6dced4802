import type {
  CallDraft,
  InlineOccasion,
  Policy,
  PolicyContext,
  RuntimeEvent,
} from '@entresol/runtime-core';
import { cachedShare } from './cached-share.ts';
import { Leaders } from './leaders.ts';
import type { LeaderFigures } from './leaders.ts';
import { checkedLeader, checkOptions } from './options.ts';
import type { BatchShapingOptions } from './options.ts';

export interface BatchShapingFigures {
  /** Times that a waiting call was given a place by what the engine holds of it. */
  readonly ordered: number;
  readonly leader: LeaderFigures | undefined;
}

export interface BatchShaping extends Policy {
  figures(): BatchShapingFigures;
}

/**
 * What leaves when. *Order*: of the calls that wait in the runtime's queue, the one whose prompt the engine holds the most
 * of goes first (longest prefix match, SGLang), as far as the bounds of the queue let it. *Leader-first*: of parallel
 * branches that share a prefix which the engine does not hold, one goes first, the others when its first token has come.
 * Fails open.
 *
 * @throws {RangeError} naming the option that is out of range
 */
export function batchShaping(options: BatchShapingOptions = {}): BatchShaping {
  checkOptions(options);
  const { mode, order = true, leader = {} } = options;
  const leaders = leader === false ? undefined : new Leaders(checkedLeader(leader));
  let ordered = 0;
  const call = (draft: CallDraft, context: PolicyContext): number => {
    ordered += 1;
    return cachedShare(draft, context);
  };
  return {
    name: 'batch-shaping',
    interference: 'endpoint',
    ...(mode === undefined ? {} : { mode }),
    ...(order ? { score: { call } } : {}),
    ...(leaders === undefined
      ? {}
      : {
          observe: (event: RuntimeEvent, context: PolicyContext) => leaders.observe(event, context),
          act: {
            inline: (occasion: InlineOccasion, context: PolicyContext) => {
              if (occasion.type !== 'request') return [];
              const hold = leaders.hold(occasion.draft, occasion.siblings, context);
              return hold === undefined ? [] : [hold];
            },
          },
        }),
    figures: () => ({ ordered, leader: leaders?.figures() }),
  };
}
