import type { AgentId, PrefixRef, SessionId } from './identities.ts';

/** Sessions beyond these are not followed. */
const maxSessions = 4_096;

/** The newest prompt of every agent in every live session. */
export class SessionPrefixes {
  readonly #bySession = new Map<SessionId, Map<AgentId, PrefixRef>>();

  used(prefix: PrefixRef | undefined): void {
    if (prefix?.session === undefined) return;
    let agents = this.#bySession.get(prefix.session);
    if (agents === undefined) {
      if (this.#bySession.size >= maxSessions) return;
      this.#bySession.set(prefix.session, (agents = new Map()));
    }
    agents.set(prefix.agent, prefix);
  }

  /** @returns what was sent in the session, which is forgotten */
  close(session: SessionId): readonly PrefixRef[] {
    const agents = this.#bySession.get(session);
    this.#bySession.delete(session);
    return agents === undefined ? [] : [...agents.values()];
  }
}
