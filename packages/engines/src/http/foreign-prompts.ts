import type { PrefixId, PrefixRef, SessionId } from '@entresol/runtime-core';

/** Prompts and sessions of others that are remembered. */
const maxForeign = 8_192;

export const foreignKey = 'its calls carry another key than the driver';

/**
 * Prompts that were last sent with a key that is not the driver's. What they fill may be another cache, and it is not ours
 * to send what somebody else was allowed to.
 */
export class ForeignPrompts {
  readonly #isOwn: (credential: string | undefined) => boolean;
  readonly #prefixes = new Set<PrefixId>();
  /** What is made up for a session has its text in it, under a name of its own. */
  readonly #sessions = new Set<SessionId>();

  constructor(isOwn: (credential: string | undefined) => boolean) {
    this.#isOwn = isOwn;
  }

  /** A call went out with this key. */
  sent(prefixes: readonly PrefixRef[], credential: string | undefined): void {
    const isOwn = this.#isOwn(credential);
    for (const { id, session } of prefixes) {
      mark(this.#prefixes, id, !isOwn);
      if (session !== undefined) mark(this.#sessions, session, !isOwn);
    }
  }

  has({ id, session }: PrefixRef): boolean {
    return this.#prefixes.has(id) || (session !== undefined && this.#sessions.has(session));
  }
}

function mark<T>(set: Set<T>, value: T, isForeign: boolean): void {
  set.delete(value);
  if (!isForeign) return;
  set.add(value);
  if (set.size <= maxForeign) return;
  const [oldest] = set;
  if (oldest !== undefined) set.delete(oldest);
}

/** The key that a request carries, whichever header that is in. */
export function credentialOf(headers: Headers): string | undefined {
  const bearer = headers.get('authorization');
  return headers.get('x-api-key') ?? bearer?.replace(/^Bearer\s+/i, '') ?? undefined;
}

/** A driver without a key takes all for its own: its server wants none, or answers it nothing. */
export function isKeyOf(apiKey: string | undefined): (credential: string | undefined) => boolean {
  return (credential) => apiKey === undefined || credential === apiKey;
}
