import { ReplayCache } from '../cache/replay-cache.ts';
import type { ReplacementMaker } from '../cache/replacement.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { ReplayOutcome } from '../replay.ts';
import { driveCalls } from '../timing/time-calls.ts';
import type { TimingOptions, TimingOutcome } from '../timing/time-calls.ts';
import { touchedTokens } from '../timing/touch.ts';
import { clientQueue } from './client-queue.ts';
import type { Dispatch } from './client-queue.ts';
import { Prefetching } from './prefetching.ts';

/** What is let into the engine, and which of the waiting calls first. */
interface QueueOptions {
  /** Calls in the engine at most. */
  readonly places: number;
  readonly dispatch: Dispatch;
}

interface TimedOptions extends TimingOptions {
  /** Absent = the engine takes every call when it is issued. */
  readonly queue?: QueueOptions;
  /** Of a host tier behind the cache; 0, the default, = there is none. Not for policies that prefetch. */
  readonly hostBlocks?: number;
}

export interface TimedReplay extends ReplayOutcome {
  /** The order that came of it. */
  readonly order: CallOrder;
  readonly timing: TimingOutcome;
}

/**
 * Cache and engine in one: a call is looked up when it is issued, so that the engine's clock says in which order calls
 * meet the cache, and a prefetch is found only by calls that come after it was computed. Sessions open as in `opening`;
 * under different policies the same sessions with the same think times may meet in another order.
 * @throws {RangeError} when an option is out of range, or a policy that prefetches is given a host tier
 */
export function replayTimed(
  load: BlockLoad,
  opening: CallOrder,
  capacityBlocks: number,
  maker: ReplacementMaker,
  options: TimedOptions = {},
): TimedReplay {
  const calls = numbered(load);
  const total = opening.sessions.length;
  const { concurrency } = opening;
  const order = { sessions: new Int32Array(total), calls: new Int32Array(total), concurrency };
  const cachedByCall = new Int32Array(total);
  const hostByCall = new Int32Array(total);
  const { hostBlocks = 0, queue } = options;
  const cache = new ReplayCache(load, order, capacityBlocks, maker, hostBlocks);
  if (hostBlocks > 0 && cache.prefetches) {
    throw new RangeError(
      `${maker.name} prefetches, and what a prefetch brings up from a host tier is not modelled; give hostBlocks 0`,
    );
  }
  const sessionOf = calls.flatMap((own, session) => own.map(() => session));
  const firstOf = calls.map((own) => own[0] ?? 0);
  let cachedTokens = 0;
  let hostTokens = 0;
  let computedTokens = 0;
  let prefetching: Prefetching | undefined;
  const shareCached = (call: number): number => {
    const session = sessionOf[call] ?? 0;
    const index = call - (firstOf[session] ?? 0);
    const prompt = load.sessions[session]?.[index]?.promptTokens ?? 0;
    return cache.cachedTokensOf(session, index) / Math.max(1, prompt);
  };
  const timing = driveCalls(
    load,
    { sessions: [...new Set(opening.sessions)], calls, concurrency },
    (engine) => {
      prefetching = cache.prefetches ? new Prefetching(cache, engine) : undefined;
      return {
        found(call, atMs) {
          const session = sessionOf[call] ?? 0;
          const at = cache.now;
          order.sessions[at] = session;
          order.calls[at] = call - (firstOf[session] ?? 0);
          prefetching?.catchUp();
          cache.atMs = atMs;
          const served = cache.serve();
          prefetching?.served(session, served);
          cachedByCall[at] = served.cachedTokens;
          hostByCall[at] = served.hostTokens;
          cachedTokens += served.cachedTokens;
          hostTokens += served.hostTokens;
          computedTokens += served.computedTokens;
          return {
            cachedTokens: served.cachedTokens,
            hostTokens: served.hostTokens,
            touches: [],
          };
        },
        ended(call, atMs) {
          const session = sessionOf[call] ?? 0;
          cache.atMs = atMs;
          const isLast = calls[session]?.at(-1) === call;
          if (isLast) prefetching?.over(session);
          else prefetching?.ended(session);
        },
      };
    },
    options,
    queue && clientQueue(queue, shareCached),
  );
  const prefetched = prefetching?.outcome();
  return {
    promptTokens: cachedTokens + hostTokens + computedTokens,
    cachedTokens,
    hostTokens,
    computedTokens,
    warmUpTokens: touchedTokens(cache.touches) + (prefetched?.computedTokens ?? 0),
    cachedByCall,
    hostByCall,
    ...(prefetched === undefined ? {} : { prefetched }),
    order,
    timing,
  };
}

/** Numbers for all calls, session by session. */
function numbered({ sessions }: BlockLoad): readonly (readonly number[])[] {
  let next = 0;
  return sessions.map((own) => own.map(() => next++));
}
