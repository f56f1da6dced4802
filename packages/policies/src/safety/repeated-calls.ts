import type { AgentId, RuntimeEvent, SessionId } from '@entresol/runtime-core';
import canonicalize from 'canonicalize';

interface Repeats {
  readonly text: string;
  readonly count: number;
}

/** Counts how often an agent makes the same tool call, one after the other, in a session. */
export class RepeatedCalls {
  readonly #sessions = new Map<SessionId, Map<AgentId, Repeats>>();

  /** This call included. */
  count(session: SessionId, agent: AgentId, tool: string, args: unknown): number {
    const text = canonicalText(tool, args);
    // No canonical form: nobody can say that it is the same again.
    if (text === undefined) return 1;
    const ofSession = this.#sessions.get(session) ?? new Map<AgentId, Repeats>();
    this.#sessions.set(session, ofSession);
    const last = ofSession.get(agent);
    const count = last !== undefined && last.text === text ? last.count + 1 : 1;
    ofSession.set(agent, { text, count });
    return count;
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'session-close') this.#sessions.delete(event.session);
  }
}

function canonicalText(tool: string, args: unknown): string | undefined {
  try {
    return canonicalize([tool, args]);
  } catch {
    // Words of a model must not become faults of the policy, which would close everything after a few.
    return undefined;
  }
}
