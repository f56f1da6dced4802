import type { Milliseconds, PrefixRef } from './identities.ts';

/** A prefix that an engine is believed to hold. */
export interface HeldPrefix {
  readonly prefix: PrefixRef;
  /** Tokens that go with it: what it adds to its parent where that is held too. */
  readonly ownTokens: number;
  /** When it was last part of a prompt, or touched. */
  readonly lastUsedAtMs: Milliseconds;
}

/** What an engine that evicts by age is believed to give up, and when. */
export interface EvictionOrder {
  /** Next victim first; at least those that the next few thousand tokens displace. */
  readonly held: readonly HeldPrefix[];
  /** Tokens that come in before the first of them goes. */
  readonly freeTokens: number;
  /** Tokens that the engine computes again for a prompt that it holds: of the last block at most, and those beyond it. */
  readonly touchTokens: number;
}
