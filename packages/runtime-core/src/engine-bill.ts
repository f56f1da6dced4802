/**
 * What the calls of one endpoint have cost, from the tokens that replies reported and the prices that the driver was given.
 * Measured, at list prices: an arithmetic over replies that came, never a guess about replies that did not.
 */
export interface EngineBill {
  /** Calls whose usage came. */
  readonly requests: number;
  /** Cached ones included. */
  readonly inputTokens: number;
  /** Read from the cache; 0 also where the provider does not tell. */
  readonly cachedTokens: number;
  /** Written to the cache; 0 also where the provider does not tell. */
  readonly writtenTokens: number;
  readonly outputTokens: number;
  /** Dollars for the calls; those of models without a price are not in it. */
  readonly usd: number;
  /**
   * Dollars that the same tokens would have cost without any cache, less `usd` and less `background.usd`; negative where
   * writes cost more than reads saved. What a provider caches by itself is in it: this is not the gain over an app without
   * a runtime.
   */
  readonly savedByCacheUsd: number;
  /** Requests of our own: warm-ups and renewals. */
  readonly background: {
    readonly requests: number;
    readonly inputTokens: number;
    readonly usd: number;
  };
  /** Models that have no price in the list; give one in `prices`. */
  readonly unpricedModels: readonly string[];
}
