import { seededRandom } from './seeded-random.ts';
import type { BlockLoad } from './block-load.ts';

/** The order in which the calls of all sessions reach the engine. */
export interface CallOrder {
  readonly sessions: Int32Array;
  /** Index of the call within its session. */
  readonly calls: Int32Array;
  /** Sessions open at once. */
  readonly concurrency: number;
}

/**
 * Closed loop: `concurrency` sessions are open, in the order of the trace; whose call comes next is drawn uniformly, and a
 * session that ends is replaced by the next one.
 * @throws {RangeError} when `concurrency` is not a positive integer
 */
export function interleave({ sessions }: BlockLoad, concurrency: number, seed: number): CallOrder {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency is ${concurrency}; it must be a positive integer`);
  }
  const total = sessions.reduce((sum, calls) => sum + calls.length, 0);
  const order = { sessions: new Int32Array(total), calls: new Int32Array(total), concurrency };
  const random = seededRandom(seed * 7919 + concurrency);
  const open: number[] = [];
  const position = new Int32Array(sessions.length);
  let next = 0;
  for (let at = 0; at < total; at++) {
    while (open.length < concurrency && next < sessions.length) {
      if ((sessions[next]?.length ?? 0) > 0) open.push(next);
      next++;
    }
    const drawn = Math.floor(random() * open.length);
    const session = open[drawn] ?? 0;
    const call = position[session] ?? 0;
    order.sessions[at] = session;
    order.calls[at] = call;
    position[session] = call + 1;
    if (call + 1 === sessions[session]?.length) open.splice(drawn, 1);
  }
  return order;
}
