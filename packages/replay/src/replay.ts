import type { ReplacementMaker } from './cache/replacement.ts';
import type { PrefetchOutcome } from './timed/prefetches.ts';
import { ReplayCache } from './cache/replay-cache.ts';
import type { BlockLoad } from './load/block-load.ts';
import type { CallOrder } from './load/interleave.ts';
import { touchedTokens } from './timing/touch.ts';
import type { Touch } from './timing/touch.ts';

/** Outcome of one replay. */
export interface ReplayOutcome {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Brought up from the host tier. */
  readonly hostTokens: number;
  /** Prefill computed for calls. */
  readonly computedTokens: number;
  /** Prefill computed on top, by touches and prefetches. */
  readonly warmUpTokens: number;
  /** Where the policy prefetches and the replay has a clock. */
  readonly prefetched?: PrefetchOutcome;
  /** Requests sent so that prefixes stay, where the engine cannot be asked. */
  readonly touches?: readonly Touch[];
  /** Cached tokens by position in the order. */
  readonly cachedByCall: Int32Array;
  /** Tokens brought up, likewise. */
  readonly hostByCall: Int32Array;
}

/**
 * Plays the calls in the given order against a cache of `capacityBlocks` under one replacement policy.
 * @param hostBlocks - of a host tier behind it; 0 = there is none
 */
export function replay(
  load: BlockLoad,
  order: CallOrder,
  capacityBlocks: number,
  maker: ReplacementMaker,
  hostBlocks: number = 0,
): ReplayOutcome {
  const cache = new ReplayCache(load, order, capacityBlocks, maker, hostBlocks);
  const cachedByCall = new Int32Array(order.sessions.length);
  const hostByCall = new Int32Array(order.sessions.length);
  let cachedTokens = 0;
  let hostTokens = 0;
  let computedTokens = 0;
  for (let at = 0; at < cachedByCall.length; at++) {
    const served = cache.serve();
    cachedByCall[at] = served.cachedTokens;
    hostByCall[at] = served.hostTokens;
    cachedTokens += served.cachedTokens;
    hostTokens += served.hostTokens;
    computedTokens += served.computedTokens;
  }
  const { touches } = cache;
  return {
    ...(touches === undefined ? {} : { touches }),
    promptTokens: cachedTokens + hostTokens + computedTokens,
    cachedTokens,
    hostTokens,
    computedTokens,
    warmUpTokens: touchedTokens(touches),
    cachedByCall,
    hostByCall,
  };
}
