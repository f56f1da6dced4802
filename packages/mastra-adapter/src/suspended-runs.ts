import type { SessionId } from '@entresol/runtime-core';

/** Sessions of runs that wait for somebody to resume them by their id; above the limit the oldest are forgotten. */
export class SuspendedRuns {
  readonly #sessions = new Map<string, SessionId>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  note(runId: string, session: SessionId): void {
    this.#sessions.delete(runId);
    this.#sessions.set(runId, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > this.#limit && oldest !== undefined) this.#sessions.delete(oldest);
  }

  sessionOf(runId: string | undefined): SessionId | undefined {
    return runId === undefined ? undefined : this.#sessions.get(runId);
  }
}
