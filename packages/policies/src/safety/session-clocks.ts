import type { Milliseconds, RuntimeEvent, SessionId } from '@entresol/runtime-core';

/** Which run of a session this is, and since when both go on. */
export interface SessionClock {
  readonly run: number;
  readonly runSinceMs: Milliseconds;
  readonly sinceMs: Milliseconds;
}

/** Knows the live sessions: a run ends with a pause, and the next begins with whatever comes then. */
export class SessionClocks {
  readonly #clocks = new Map<SessionId, SessionClock>();
  readonly #paused = new Set<SessionId>();

  of(session: SessionId, nowMs: Milliseconds): SessionClock {
    const known = this.#clocks.get(session);
    if (known !== undefined && !this.#paused.has(session)) return known;
    this.#paused.delete(session);
    const clock = {
      run: (known?.run ?? 0) + 1,
      runSinceMs: nowMs,
      sinceMs: known?.sinceMs ?? nowMs,
    };
    this.#clocks.set(session, clock);
    return clock;
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'session-start' || event.type === 'dispatch-start') {
      this.of(event.session, event.atMs);
    }
    if (event.type === 'session-pause' && this.#clocks.has(event.session)) {
      this.#paused.add(event.session);
    }
    if (event.type === 'session-close') {
      this.#clocks.delete(event.session);
      this.#paused.delete(event.session);
    }
  }

  /** Without beginning anything; undefined when it is not live. */
  peek(session: SessionId): SessionClock | undefined {
    return this.#clocks.get(session);
  }
}
