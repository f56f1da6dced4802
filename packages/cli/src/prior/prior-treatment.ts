import { cacheSage } from '@entresol/cachesage';
import type { CacheSagePolicy } from '@entresol/cachesage';
import type { Policy, PolicyMode } from '@entresol/runtime-core';
import { shuffleAgents } from './shuffled-topology.ts';

/** What CacheSage is told of the graph: what the framework declares, nothing, or the same graph with agents mixed up. */
export const priorTreatments = ['declared', 'none', 'shuffled'] as const;
export type PriorTreatment = (typeof priorTreatments)[number];

/** CacheSage under a treatment: `policy` hears the events, `sage` is asked what it learned. */
export interface TreatedSage {
  readonly policy: Policy;
  readonly sage: CacheSagePolicy;
}

/**
 * @param options.seed of the mixing; the other treatments do not use it
 * @param options.prefetches false = ranking alone
 */
export function treatedSage(
  treatment: PriorTreatment,
  {
    mode,
    seed,
    prefetches = true,
  }: { readonly mode: PolicyMode; readonly seed: number; readonly prefetches?: boolean },
): TreatedSage {
  const sage = cacheSage({
    mode,
    prior: treatment === 'none' ? 'none' : 'declared',
    ...(prefetches ? {} : { prefetch: 'off' }),
  });
  if (treatment !== 'shuffled') return { policy: sage, sage };
  const policy: Policy = {
    ...sage,
    observe(event, context) {
      const heard =
        event.type === 'topology-declare'
          ? { ...event, topology: shuffleAgents(event.topology, seed) }
          : event;
      sage.observe?.(heard, context);
    },
  };
  return { policy, sage };
}
