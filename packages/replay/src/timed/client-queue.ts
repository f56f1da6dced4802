import type { ClientQueue, WaitingCall } from '../timing/closed-loop.ts';

/** How the next of the waiting calls is chosen. */
export type Dispatch =
  /** As they came. */
  | { readonly kind: 'first-come' }
  /**
   * The largest cached share of its prompt first, unless one has seen `maxWait` calls go before it (SGLang's longest prefix
   * match with a bound; algorithms.md 2.5, estimator.md 7).
   */
  | { readonly kind: 'longest-cached-prefix'; readonly maxWait: number };

/**
 * A queue before the engine.
 * @param shareCached of the prompt of a waiting call, now
 * @throws {RangeError} when `places` or `maxWait` is not a positive integer
 */
export function clientQueue(
  { places, dispatch }: { readonly places: number; readonly dispatch: Dispatch },
  shareCached: (call: number) => number,
): ClientQueue {
  requirePositive('places', places);
  if (dispatch.kind === 'first-come') return { places, choose: () => 0 };
  const { maxWait } = dispatch;
  requirePositive('maxWait', maxWait);
  return {
    places,
    choose(waiting, letIn) {
      const [oldest] = waiting;
      if (oldest !== undefined && letIn - oldest.since >= maxWait) return 0;
      return largest(waiting, shareCached);
    },
  };
}

/** Of equals the one that came first. */
function largest(waiting: readonly WaitingCall[], shareCached: (call: number) => number): number {
  let best = 0;
  let bestShare = -1;
  for (const [at, { call }] of waiting.entries()) {
    const share = shareCached(call);
    if (share > bestShare) [best, bestShare] = [at, share];
  }
  return best;
}

function requirePositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}; it must be a positive integer`);
  }
}
