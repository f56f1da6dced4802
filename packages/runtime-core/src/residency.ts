import type { CachePrices } from './cache-life.ts';
import type { Milliseconds, PrefixRef } from './identities.ts';

/** Where KV lives: `device` is ready to use; `host` and `disk` must be brought up first; `hosted` is a provider's cache. */
export type Tier = 'device' | 'host' | 'disk' | 'hosted';

/** What the engine holds now, and how we know. Owned by the driver, read by everyone. */
export interface Residency {
  /** `tokens` of the prefix that are held in `tier` (the best one); 0 and no tier when nothing is. */
  of(prefix: PrefixRef): {
    readonly tokens: number;
    readonly tier?: Tier;
    readonly truth: 'event' | 'endpoint' | 'own' | 'shadow';
    readonly expiresAtMs?: Milliseconds;
    /** Where a use prolongs its life: by how much. */
    readonly ttlMs?: Milliseconds;
  };
}

/** What the engine's work costs, fitted by the driver. */
export interface CostModel {
  /** Milliseconds to compute tokens [from, to) of a prompt at that depth. */
  computeMs(from: number, to: number): Milliseconds;
  /** Milliseconds to bring `tokens` up from a tier; 0 for `device`. */
  loadMs(tokens: number, tier: Tier): Milliseconds;
  /** Bytes that `tokens` of KV occupy. */
  footprintBytes(tokens: number): number;
  /** Only where calls cost money; factors are relative to the plain input price. */
  readonly money?: CachePrices & { /** Dollars. */ readonly perInputToken: number };
}

/** Requests on the engine now. `ageMs` = staleness of this reading. */
export interface EngineLoad {
  readonly running: number;
  readonly waiting: number;
  readonly ageMs: Milliseconds;
  readonly evictableBytes?: number;
  readonly freeBytes?: number;
}
