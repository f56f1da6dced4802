import type { BlockCall } from '../load/block-load.ts';
import type { ExpectedPrompt } from './replacement.ts';

/** Which prompt an agent would send, as far as calls before show it. */
export interface KnownPrompt {
  readonly role: number;
  readonly roleBlocks: number;
  /** Conversation of the session that it would continue; undefined = only the role prefix is known. */
  readonly conversation: number | undefined;
}

/** The newest prompt of each agent in each session, and of each agent anywhere. */
export class KnownPrompts {
  readonly #bySession = new Map<number, Map<number, KnownPrompt>>();
  readonly #anywhere = new Map<number, KnownPrompt>();

  seen(session: number, { agent, role, roleBlocks, conversation }: BlockCall): void {
    let own = this.#bySession.get(session);
    if (own === undefined) this.#bySession.set(session, (own = new Map()));
    own.set(agent, { role, roleBlocks, conversation });
    this.#anywhere.set(agent, { role, roleBlocks, conversation: undefined });
  }

  ended(session: number): void {
    this.#bySession.delete(session);
  }

  of(session: number, { agent, part }: ExpectedPrompt): KnownPrompt | undefined {
    const own = this.#bySession.get(session)?.get(agent) ?? this.#anywhere.get(agent);
    return own && (part === 'whole' ? own : { ...own, conversation: undefined });
  }
}
