import { ReplayCache } from '../cache/replay-cache.ts';
import type { ReplacementMaker } from '../cache/replacement.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import { seededRandom } from '../load/seeded-random.ts';
import type { ReplayOutcome } from '../replay.ts';
import { touchedTokens } from '../timing/touch.ts';

/** How the next of the waiting calls is chosen. */
export type Dispatch =
  /** As they came. */
  | { readonly kind: 'first-come' }
  /**
   * The largest cached share of its prompt first, unless one has waited for `maxWait` dispatches (SGLang's longest prefix
   * match with a bound; algorithms.md 2.5, estimator.md 7).
   */
  | { readonly kind: 'longest-cached-prefix'; readonly maxWait: number };

export interface OrderedOutcome extends ReplayOutcome {
  /** The order that came of it. */
  readonly order: CallOrder;
  /** Dispatches that calls waited, in the order of dispatch. */
  readonly waits: Int32Array;
}

/**
 * A client-side queue before the cache: `concurrency` sessions are open, each with one call waiting, and after every
 * call its session's next one joins the queue at the end. Every open session is ready at once, so the queue is as long
 * as it can be: what ordering could do at most.
 * @throws {RangeError} when concurrency or `maxWait` is not a positive integer
 */
export function replayOrdered(
  load: BlockLoad,
  {
    concurrency,
    seed,
    dispatch,
  }: { readonly concurrency: number; readonly seed: number; readonly dispatch: Dispatch },
  capacityBlocks: number,
  maker: ReplacementMaker,
  hostBlocks: number = 0,
): OrderedOutcome {
  requirePositive('concurrency', concurrency);
  if (dispatch.kind === 'longest-cached-prefix') requirePositive('maxWait', dispatch.maxWait);
  const { sessions } = load;
  const total = sessions.reduce((sum, calls) => sum + calls.length, 0);
  const order = { sessions: new Int32Array(total), calls: new Int32Array(total), concurrency };
  const cache = new ReplayCache(load, order, capacityBlocks, maker, hostBlocks);
  const waits = new Int32Array(total);
  const cachedByCall = new Int32Array(total);
  const hostByCall = new Int32Array(total);
  const queue: Waiting[] = [];
  const arrivals = shuffledSessions(load, seed);
  let cachedTokens = 0;
  let hostTokens = 0;
  let computedTokens = 0;
  for (let at = 0; at < total; at++) {
    while (queue.length < concurrency) {
      const session = arrivals.pop();
      if (session === undefined) break;
      queue.push({ session, call: 0, since: at });
    }
    const chosen = choose(queue, dispatch, at, cache);
    const [next] = queue.splice(chosen, 1);
    if (next === undefined) break;
    order.sessions[at] = next.session;
    order.calls[at] = next.call;
    waits[at] = at - next.since;
    const served = cache.serve();
    cachedByCall[at] = served.cachedTokens;
    hostByCall[at] = served.hostTokens;
    cachedTokens += served.cachedTokens;
    hostTokens += served.hostTokens;
    computedTokens += served.computedTokens;
    if (next.call + 1 < (sessions[next.session]?.length ?? 0)) {
      queue.push({ session: next.session, call: next.call + 1, since: at + 1 });
    }
  }
  return {
    promptTokens: cachedTokens + hostTokens + computedTokens,
    cachedTokens,
    hostTokens,
    computedTokens,
    warmUpTokens: touchedTokens(cache.touches),
    cachedByCall,
    hostByCall,
    order,
    waits,
  };
}

interface Waiting {
  readonly session: number;
  readonly call: number;
  readonly since: number;
}

/** Position in the queue, which is in order of arrival. */
function choose(
  queue: readonly Waiting[],
  dispatch: Dispatch,
  now: number,
  cache: ReplayCache,
): number {
  if (dispatch.kind === 'first-come') return 0;
  const [oldest] = queue;
  if (oldest !== undefined && now - oldest.since >= dispatch.maxWait) return 0;
  let best = 0;
  let bestShare = -1;
  for (const [at, { session, call }] of queue.entries()) {
    const prompt = cache.load.sessions[session]?.[call]?.promptTokens ?? 0;
    const share = cache.cachedTokensOf(session, call) / Math.max(1, prompt);
    if (share > bestShare) [best, bestShare] = [at, share];
  }
  return best;
}

/** Sessions in a seeded order, the first one last: so that seeds differ although nothing else is drawn. */
function shuffledSessions({ sessions }: BlockLoad, seed: number): number[] {
  const random = seededRandom(seed * 7919 + 1);
  const order = [...sessions.keys()].filter((session) => (sessions[session]?.length ?? 0) > 0);
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

function requirePositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}; it must be a positive integer`);
  }
}
