/** A request that is sent so that a prefix stays: ahead of the call for which room will be needed. */
export interface Touch {
  /** Position of that call in the order. */
  readonly beforeCall: number;
  /** Tokens that the engine computes for it. */
  readonly tokens: number;
  /** Tokens in front of them, which it finds cached. */
  readonly depth: number;
}

/** What the engine computes for touches. */
export function touchedTokens(touches: readonly Touch[] = []): number {
  return touches.reduce((sum, { tokens }) => sum + tokens, 0);
}
