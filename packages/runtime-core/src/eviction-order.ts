import type { Milliseconds, PrefixRef } from './identities.ts';

/** A prefix that an engine is believed to hold. */
export interface HeldPrefix {
  readonly prefix: PrefixRef;
  /** Tokens that go with it: what it adds to its parent where that is held too. */
  readonly ownTokens: number;
  /** Tokens of the answer behind it, which go with it; the next prompt of the session begins with both. */
  readonly replyTokens?: number;
  /** When it was last part of a prompt, or touched. */
  readonly lastUsedAtMs: Milliseconds;
  /** Did a push put it behind all that was not pushed? It stays there, whatever its age, until it is released. */
  readonly pushed?: boolean;
}

/** What an engine is believed to give up, and when: by age, what was pushed after all that was not. */
export interface EvictionOrder {
  /** Next victim first; at least those that the next few thousand tokens displace. */
  readonly held: readonly HeldPrefix[];
  /** Tokens that come in before the first of them goes. */
  readonly freeTokens: number;
  /** Tokens that the engine computes again for a prompt that it holds: of the last block at most, and those beyond it. */
  readonly touchTokens: number;
}
