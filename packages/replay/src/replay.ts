import type { ReplacementMaker } from './cache/replacement.ts';
import type { PrefetchOutcome } from './cache/prefetches.ts';
import { ReplayCache } from './cache/replay-cache.ts';
import type { BlockLoad } from './load/block-load.ts';
import type { CallOrder } from './load/interleave.ts';

/** Outcome of one replay. */
export interface ReplayOutcome {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Prefill computed for calls. */
  readonly computedTokens: number;
  /** Prefill computed on top, by touches and warm-ups. */
  readonly warmUpTokens: number;
  /** Where the policy prefetches. */
  readonly prefetched?: PrefetchOutcome;
  /** Cached tokens by position in the order. */
  readonly cachedByCall: Int32Array;
}

/** Plays the calls in the given order against a cache of `capacityBlocks` under one replacement policy. */
export function replay(
  load: BlockLoad,
  order: CallOrder,
  capacityBlocks: number,
  maker: ReplacementMaker,
): ReplayOutcome {
  const cache = new ReplayCache(load, order, capacityBlocks, maker);
  const cachedByCall = new Int32Array(order.sessions.length);
  let cachedTokens = 0;
  let computedTokens = 0;
  for (let at = 0; at < cachedByCall.length; at++) {
    const served = cache.serve();
    cachedByCall[at] = served.cachedTokens;
    cachedTokens += served.cachedTokens;
    computedTokens += served.computedTokens;
  }
  const { prefetched } = cache;
  return {
    ...(prefetched === undefined ? {} : { prefetched }),
    promptTokens: cachedTokens + computedTokens,
    cachedTokens,
    computedTokens,
    warmUpTokens: cache.warmUpTokens,
    cachedByCall,
  };
}
