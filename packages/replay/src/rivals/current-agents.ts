/** Which agent every open session is at, and how many sessions are at each. */
export class CurrentAgents {
  readonly #bySession = new Map<number, number>();

  /** @returns the agent before; undefined for the session's first call */
  moved(session: number, agent: number): number | undefined {
    const before = this.#bySession.get(session);
    this.#bySession.set(session, agent);
    return before;
  }

  ended(session: number): number | undefined {
    const last = this.#bySession.get(session);
    this.#bySession.delete(session);
    return last;
  }

  of(session: number): number | undefined {
    return this.#bySession.get(session);
  }

  sessions(): Iterable<readonly [session: number, agent: number]> {
    return this.#bySession;
  }

  get size(): number {
    return this.#bySession.size;
  }
}
