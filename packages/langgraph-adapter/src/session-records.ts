import type { SessionId } from '@entresol/runtime-core';
import type { FinishedCall } from './position.ts';
import type { RunRest } from './resumption.ts';

/** All that is kept of a session between its runs. */
export interface SessionRecord {
  /** Runs that have not ended. */
  active: number;
  /** The call that was over last. */
  last: FinishedCall | undefined;
  /** Where its last run stopped. */
  rest: RunRest | undefined;
}

/** Sessions by id, least recently used first; above the limit the oldest one at rest is forgotten. */
export class SessionRecords {
  readonly #records = new Map<SessionId, SessionRecord>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#records.size;
  }

  get(session: SessionId): SessionRecord | undefined {
    return this.#records.get(session);
  }

  /** Counts one more run of the session; `isNew` when it was not known. */
  enter(session: SessionId): { readonly record: SessionRecord; readonly isNew: boolean } {
    const known = this.#records.get(session);
    const record = known ?? { active: 0, last: undefined, rest: undefined };
    record.active += 1;
    this.#records.delete(session);
    this.#records.set(session, record);
    if (this.#records.size > this.#limit) this.#forgetOldest();
    return { record, isNew: known === undefined };
  }

  forget(session: SessionId): void {
    this.#records.delete(session);
  }

  #forgetOldest(): void {
    for (const [session, { active }] of this.#records) {
      if (active > 0) continue;
      this.#records.delete(session);
      return;
    }
  }
}
