import type {
  AgentId,
  CostModel,
  Milliseconds,
  PrefixRef,
  Residency,
} from '@entresol/runtime-core';

/** When a prefetch is worth asking for. */
export interface PrefetchOptions {
  /** Smallest probability in [0, 1] that the agent comes next. Default 0.3. */
  readonly minProbability?: number;
  /** Price of a wasted millisecond of an engine that would be idle, against one saved on the request path. Default 0.25. */
  readonly idlePrice?: number;
  /** Smallest saving in ms on the next call; a short reload from a lower tier is left to it. Default 5. */
  readonly minGainMs?: Milliseconds;
}

/** An agent that may come next, and the prompt it would send. */
export interface PrefetchCandidate {
  readonly agent: AgentId;
  readonly probability: number;
  /** Expected share of the prompt, in [0, 1], that the agent's next one begins with; 1 by default. */
  readonly amount?: number;
  readonly prefix: PrefixRef;
  readonly residency: ReturnType<Residency['of']>;
  readonly cost: CostModel;
}

export interface PlannedPrefetch {
  readonly candidate: PrefetchCandidate;
  /** Expected ms saved less the expected price of waste. */
  readonly expectedMs: Milliseconds;
}

/** What the next call would save if the whole prefix were on the device. */
function missingMs({ prefix, residency, cost }: PrefetchCandidate): Milliseconds {
  const held = Math.min(prefix.tokens, residency.tokens);
  const compute = held < prefix.tokens ? cost.computeMs(held, prefix.tokens) : 0;
  const load =
    residency.tier === undefined || residency.tier === 'device' || held <= 0
      ? 0
      : cost.loadMs(held, residency.tier);
  return Math.max(0, compute + load);
}

/**
 * The one prefetch with the best expected saving, p × gain > (1 - p) × waste (Patterson et al. 1995, informed
 * prefetching), where p counts the part of the prompt that comes again; what it would displace is the host's to weigh. Undefined when none passes.
 */
export function planPrefetch(
  candidates: readonly PrefetchCandidate[],
  { minProbability = 0.3, idlePrice = 0.25, minGainMs = 5 }: PrefetchOptions = {},
): PlannedPrefetch | undefined {
  let best: PlannedPrefetch | undefined;
  for (const candidate of candidates) {
    const { probability, amount = 1 } = candidate;
    if (probability < minProbability) continue;
    const gainMs = missingMs(candidate);
    if (gainMs < minGainMs) continue;
    const waste = gainMs * idlePrice;
    const used = probability * amount;
    const expectedMs = used * gainMs - (1 - used) * waste;
    if (expectedMs > 0 && (best === undefined || expectedMs > best.expectedMs)) {
      best = { candidate, expectedMs };
    }
  }
  return best;
}
