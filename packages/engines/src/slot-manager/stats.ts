/** Counters since the engine was opened. */
export interface SlotStats {
  readonly requests: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Where the cached tokens came from: still in a slot, or loaded from a saved state. */
  readonly cachedByTier: { readonly device: number; readonly disk: number };
  /** Prompt tokens that real requests computed. */
  readonly computedPrefillTokens: number;
  /** Tokens that warm-ups computed. */
  readonly backgroundTokens: number;
  /** Slot contents and saved states given up for others. */
  readonly evictions: number;
  readonly spills: number;
  readonly loads: number;
  /** States that were not saved: no room, ranked below what is there, or the folder failed. */
  readonly droppedSpills: number;
}

/** Mutable counters behind `stats()`. */
export class EngineCounters {
  requests = 0;
  promptTokens = 0;
  cachedOnDevice = 0;
  cachedFromDisk = 0;
  computedPrefillTokens = 0;
  backgroundTokens = 0;
  evictions = 0;
  spills = 0;
  loads = 0;
  droppedSpills = 0;

  snapshot(): SlotStats {
    return {
      requests: this.requests,
      promptTokens: this.promptTokens,
      cachedTokens: this.cachedOnDevice + this.cachedFromDisk,
      cachedByTier: { device: this.cachedOnDevice, disk: this.cachedFromDisk },
      computedPrefillTokens: this.computedPrefillTokens,
      backgroundTokens: this.backgroundTokens,
      evictions: this.evictions,
      spills: this.spills,
      loads: this.loads,
      droppedSpills: this.droppedSpills,
    };
  }
}
