import { blockLoad, interleave, workingSet } from '@entresol/replay';
import type { Trace } from '@entresol/replay';
import { mean } from 'simple-statistics';

/** A sample and the seed of its order. */
export interface SeededSample {
  readonly seed: number;
  readonly sample: Trace;
}

/**
 * Tokens that the second tier must hold so that slots and tier together hold a share of the peak working set: what the
 * sessions that are open at once can still use. A slot counts as a mean prompt with its reply.
 * @returns at least 0; 0 also where the slots alone hold more
 */
export function tierTokensFor(
  samples: readonly SeededSample[],
  engine: { readonly share: number; readonly slots: number; readonly concurrency: number },
): number {
  const needs = samples.map(({ seed, sample }) => {
    const load = blockLoad(sample, 1);
    const { peakBlocks } = workingSet(load, interleave(load, engine.concurrency, seed));
    return engine.share * peakBlocks - engine.slots * meanCallTokens(sample);
  });
  return Math.max(0, Math.round(mean(needs)));
}

/** Prompt and reply, on average. */
export function meanCallTokens({ sessions }: Trace): number {
  return mean(
    sessions.flatMap(({ calls }) =>
      calls.map(
        ({ roleTokens, contextTokens, outputTokens }) => roleTokens + contextTokens + outputTokens,
      ),
    ),
  );
}
