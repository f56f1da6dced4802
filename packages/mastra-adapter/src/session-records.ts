import type { SessionId } from '@entresol/runtime-core';
import type { FinishedCall } from './position.ts';

/** All that is kept of a session between its runs. */
export interface SessionRecord {
  readonly session: SessionId;
  /** Runs that have not ended. */
  active: number;
  /** The call that was over last. */
  last: FinishedCall | undefined;
  /** May anybody come back to it? */
  returns: boolean;
}

/** How many sessions at rest and suspended runs are remembered. */
const limit = 10_000;

/** Sessions by id and by the run that was suspended, least recently used first; the oldest at rest are forgotten. */
export class SessionRecords {
  readonly #records = new Map<SessionId, SessionRecord>();
  readonly #byRun = new Map<string, SessionId>();

  get size(): number {
    return this.#records.size;
  }

  /** Counts one more run of the session; `isNew` when it was not known. */
  enter(
    session: SessionId,
    returns: boolean,
  ): { readonly record: SessionRecord; readonly isNew: boolean } {
    const known = this.#records.get(session);
    const record = known ?? { session, active: 0, last: undefined, returns };
    record.active += 1;
    record.returns ||= returns;
    this.#records.delete(session);
    this.#records.set(session, record);
    if (this.#records.size > limit) this.#forgetOldest();
    return { record, isNew: known === undefined };
  }

  forget(session: SessionId): void {
    this.#records.delete(session);
  }

  /** A run that waits for somebody to resume it by its id. */
  noteRun(runId: string, session: SessionId): void {
    this.#byRun.delete(runId);
    this.#byRun.set(runId, session);
    const [oldest] = this.#byRun.keys();
    if (this.#byRun.size > limit && oldest !== undefined) this.#byRun.delete(oldest);
  }

  ofRun(runId: string | undefined): SessionId | undefined {
    return runId === undefined ? undefined : this.#byRun.get(runId);
  }

  #forgetOldest(): void {
    for (const [session, { active }] of this.#records) {
      if (active > 0) continue;
      this.#records.delete(session);
      return;
    }
  }
}
