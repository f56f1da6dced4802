import { cacheSage } from '@entresol/cachesage';
import { blockLoad, lru, policySeat, replay, workingSet } from '@entresol/replay';
import type { CallOrder, ReplacementMaker, Trace } from '@entresol/replay';
import type { ArmResult, SentCall } from '../arm/arm-messages.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { meanCallTokens } from './tier-size.ts';

/** What the replay model says of an arm, and what the engine did. */
export interface ModelPrediction {
  /** Replacement policy of the model. */
  readonly policy: string;
  /** Tokens that the model's one pool holds. */
  readonly capacityTokens: number;
  /** Of what the sessions that were open at once could still use, at its peak, how much the pool holds. */
  readonly capacityShare: number;
  /** Cached prompt tokens over prompt tokens, in [0, 1]. */
  readonly hitRate: number;
  readonly measuredHitRate: number;
}

const sage = policySeat('cachesage', 'the policy of this arm, ranking alone', () =>
  cacheSage({ mode: 'on', prefetch: 'off' }),
);
const policies: Readonly<Record<ArmName, ReplacementMaker | undefined>> = {
  unmodified: lru,
  bare: lru,
  fair: lru,
  cachesage: sage,
  'cachesage-noprefetch': sage,
  oracle: undefined,
};

/**
 * Replays what an arm was asked, in the order in which it was asked, against one paged pool of one-token blocks. The
 * pool holds what slots and second tier could hold if nothing lay in two of them: a mean prompt with its reply in every
 * slot, and as many tokens as the second tier has bytes for. The engine keeps copies and gives up whole prompts where
 * the model trims tails, so the model is an upper estimate where room is short.
 * @returns undefined where the arm has no counterpart in the model, or did not count
 */
export function predictArm(
  arm: ArmName,
  sample: Trace,
  { sent, counters, engine, speed }: ArmResult,
): ModelPrediction | undefined {
  const policy = policies[arm];
  const { slots, tierBytes } = engine;
  if (policy === undefined || sent === undefined || counters === undefined) return undefined;
  if (speed === undefined || slots === null || counters.promptTokens === 0) return undefined;
  const tierTokens = (tierBytes ?? 0) / speed.stateBytesPerToken;
  const capacityTokens = Math.round(slots * meanCallTokens(sample) + tierTokens);
  const load = blockLoad(sample, 1);
  const order = orderOf(sent);
  const outcome = replay(load, order, capacityTokens, policy);
  return {
    policy: policy.name,
    capacityTokens,
    capacityShare: capacityTokens / workingSet(load, order).peakBlocks,
    hitRate: outcome.cachedTokens / outcome.promptTokens,
    measuredHitRate: counters.cachedTokens / counters.promptTokens,
  };
}

function orderOf(sent: readonly SentCall[]): CallOrder {
  return {
    sessions: Int32Array.from(sent, ({ session }) => session),
    calls: Int32Array.from(sent, ({ call }) => call),
    concurrency: 1,
  };
}
