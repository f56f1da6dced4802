import { ReplayCache } from '../cache/replay-cache.ts';
import type { ReplacementMaker } from '../cache/replacement.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { ReplayOutcome } from '../replay.ts';
import { driveCalls } from '../timing/time-calls.ts';
import type { TimingOptions, TimingOutcome } from '../timing/time-calls.ts';
import { touchedTokens } from '../timing/touch.ts';
import { Prefetching } from './prefetching.ts';

export interface TimedReplay extends ReplayOutcome {
  /** The order that came of it. */
  readonly order: CallOrder;
  readonly timing: TimingOutcome;
}

/**
 * Cache and engine in one: a call is looked up when it is issued, so that the engine's clock says in which order calls
 * meet the cache, and a prefetch is found only by calls that come after it was computed. Sessions open as in `opening`;
 * under different policies the same sessions with the same think times may meet in another order.
 * @throws {RangeError} when an option is out of range
 */
export function replayTimed(
  load: BlockLoad,
  opening: CallOrder,
  capacityBlocks: number,
  maker: ReplacementMaker,
  options: TimingOptions = {},
): TimedReplay {
  const calls = numbered(load);
  const total = opening.sessions.length;
  const { concurrency } = opening;
  const order = { sessions: new Int32Array(total), calls: new Int32Array(total), concurrency };
  const cachedByCall = new Int32Array(total);
  const cache = new ReplayCache(load, order, capacityBlocks, maker);
  const sessionOf = calls.flatMap((own, session) => own.map(() => session));
  const firstOf = calls.map((own) => own[0] ?? 0);
  let cachedTokens = 0;
  let computedTokens = 0;
  let prefetching: Prefetching | undefined;
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
          cachedTokens += served.cachedTokens;
          computedTokens += served.computedTokens;
          return { cachedTokens: served.cachedTokens, hostTokens: 0, touches: [] };
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
  );
  const prefetched = prefetching?.outcome();
  return {
    promptTokens: cachedTokens + computedTokens,
    cachedTokens,
    hostTokens: 0,
    computedTokens,
    warmUpTokens: touchedTokens(cache.touches) + (prefetched?.computedTokens ?? 0),
    cachedByCall,
    hostByCall: new Int32Array(total),
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
