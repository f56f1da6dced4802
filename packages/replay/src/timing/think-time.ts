import { seededRandom } from '../load/seeded-random.ts';
import type { TraceSession } from '../trace/trace.ts';

export interface ThinkTimes {
  /** Mean of the exponential from which pauses are drawn where the trace has no clock. Seconds. */
  readonly meanThinkS: number;
  /** A recorded pause counts as no longer than this: a user away for an hour would be an idle engine. Seconds. */
  readonly maxThinkS: number;
  readonly seed: number;
}

/**
 * Milliseconds between the end of the session's call before `call` and its issue. Taken from the trace's clock; drawn where
 * there is none, and before the first call, since no trace says when its session opened. The draw depends on seed, session
 * and call alone, so that everyone who plays the trace waits the same.
 */
export function thinkMs(
  { calls }: TraceSession,
  session: number,
  call: number,
  { meanThinkS, maxThinkS, seed }: ThinkTimes,
): number {
  const endedAtS = call === 0 ? undefined : calls[call - 1]?.endedAtS;
  const startedAtS = calls[call]?.startedAtS;
  if (endedAtS !== undefined && startedAtS !== undefined) {
    return Math.min(maxThinkS, Math.max(0, startedAtS - endedAtS)) * 1000;
  }
  // Odd multipliers (Knuth 1998, section 6.4; MurmurHash3) keep neighbours apart.
  const mixed =
    Math.imul(session + 1, 0x9e3779b1) ^
    Math.imul(call + 1, 0x85ebca6b) ^
    Math.imul(seed, 0xc2b2ae35);
  return -Math.log(1 - seededRandom(mixed)()) * meanThinkS * 1000;
}
