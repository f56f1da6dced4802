import type { EmbeddedStats } from './options.ts';

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

  snapshot(): EmbeddedStats {
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
