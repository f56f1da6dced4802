import type { RuntimeEvent, RuntimeEventType } from './events.ts';
import type { CallId, Milliseconds, SessionId, WorkloadId } from './identities.ts';

/** Before enough returns were seen, a paused session is taken as over after half an hour. */
const unlearnedIdleMs = 30 * 60_000;
/** Events that show a session to be live; others may trail after it was closed. */
const opening: ReadonlySet<RuntimeEventType> = new Set([
  'session-start',
  'dispatch-start',
  'call-start',
]);
const shortestIdleMs = 5 * 60_000;
const longestIdleMs = 6 * 3_600_000;
/** Returns looked at, and how many are needed before they are believed. */
const returnsRemembered = 64;
const returnsNeeded = 8;
/** A session that waits this many times longer than any recent return is not expected back. */
const idleFactor = 10;

interface LiveSession {
  readonly workload: WorkloadId;
  lastSeenMs: Milliseconds;
  pausedAtMs: Milliseconds | undefined;
  lastCall: CallId | undefined;
}

/** Which sessions are live, how long they wait, and when one is idle beyond what was learned of returns. */
export class SessionRegistry {
  readonly #live = new Map<SessionId, LiveSession>();
  readonly #returns: Milliseconds[] = [];

  observe(event: RuntimeEvent): void {
    if (!('session' in event)) return;
    if (event.type === 'session-close') {
      this.#live.delete(event.session);
      return;
    }
    let session = this.#live.get(event.session);
    if (session === undefined) {
      if (!opening.has(event.type)) return;
      session = {
        workload: event.workload,
        lastSeenMs: event.atMs,
        pausedAtMs: undefined,
        lastCall: undefined,
      };
      this.#live.set(event.session, session);
    }
    session.lastSeenMs = event.atMs;
    if (event.type === 'session-pause') session.pausedAtMs = event.atMs;
    if (event.type === 'call-start') {
      session.lastCall = event.call;
      if (session.pausedAtMs !== undefined) {
        this.#returns.push(event.atMs - session.pausedAtMs);
        if (this.#returns.length > returnsRemembered) this.#returns.shift();
        session.pausedAtMs = undefined;
      }
    }
  }

  get size(): number {
    return this.#live.size;
  }

  lastCall(session: SessionId): CallId | undefined {
    return this.#live.get(session)?.lastCall;
  }

  workload(session: SessionId): WorkloadId | undefined {
    return this.#live.get(session)?.workload;
  }

  /** How long a paused session may wait before it is taken as closed. */
  get idleLimitMs(): Milliseconds {
    if (this.#returns.length < returnsNeeded) return unlearnedIdleMs;
    const longest = Math.max(...this.#returns);
    return Math.min(longestIdleMs, Math.max(shortestIdleMs, idleFactor * longest));
  }

  /** Paused sessions past the limit, and sessions that fell silent without a pause: their run will not end any more. */
  idle(
    nowMs: Milliseconds,
  ): readonly { readonly session: SessionId; readonly workload: WorkloadId }[] {
    const limit = this.idleLimitMs;
    return [...this.#live].flatMap(([session, { workload, pausedAtMs, lastSeenMs }]) => {
      const over =
        pausedAtMs === undefined ? nowMs - lastSeenMs > longestIdleMs : nowMs - pausedAtMs > limit;
      return over ? [{ session, workload }] : [];
    });
  }
}
