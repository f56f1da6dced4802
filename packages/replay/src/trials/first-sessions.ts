import type { Trace } from '../trace/trace.ts';

/** The trace cut to its first sessions: what a policy that knows nothing yet does with them. */
export function firstSessions(trace: Trace, count: number): Trace {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count is ${count}; it must be a positive integer`);
  }
  return { ...trace, sessions: trace.sessions.slice(0, count) };
}
