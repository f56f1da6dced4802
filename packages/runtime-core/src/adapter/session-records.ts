import type { SessionId } from '../identities.ts';
import type { FinishedCall } from './position.ts';

/** What every adapter keeps of a session between its runs; each adds what its framework needs. */
export interface SessionRecord {
  /** Runs that have not ended. */
  active: number;
  /** The call that was over last. */
  last: FinishedCall | undefined;
}

/** Sessions by id, least recently used first; above the limit the oldest one at rest is forgotten. */
export class SessionRecords<R extends SessionRecord> {
  readonly #records = new Map<SessionId, R>();
  readonly #limit: number;
  readonly #create: (session: SessionId) => R;

  /** @param create the record of a session without runs */
  constructor(limit: number, create: (session: SessionId) => R) {
    this.#limit = limit;
    this.#create = create;
  }

  get size(): number {
    return this.#records.size;
  }

  get(session: SessionId): R | undefined {
    return this.#records.get(session);
  }

  /** Counts one more run of the session; `isNew` when it was not known. */
  enter(session: SessionId): { readonly record: R; readonly isNew: boolean } {
    const known = this.#records.get(session);
    const record = known ?? this.#create(session);
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
