/** Background prefill: computed ahead for a call that is expected. */
export interface WarmUp {
  /** Position in the order of the call after whose end it is asked for. */
  readonly afterCall: number;
  readonly tokens: number;
  /** Tokens in front of them that are held already; 0 by default. */
  readonly depth?: number;
  /**
   * Position in the order of the call that finds them cached. Should that be issued before they are all computed, it
   * computes the rest itself. Absent = they are computed whenever there is time.
   */
  readonly beforeCall?: number;
}
