import type { RetentionMode } from './lab-policy.ts';

/** What `entresol replay` was asked to do, checked. Plain JSON. */
export interface ReplayOptions {
  readonly traces: readonly string[];
  readonly capacity: ReplayCapacity;
  /** Room of a host tier over that of the cache; 0 = there is none. */
  readonly hostTier: number;
  readonly concurrency: number;
  readonly seeds: number;
  readonly policies: readonly string[];
  /** Also rows of CacheSage with parts of its estimator left out, by key. */
  readonly ablations: readonly string[];
  readonly modes: readonly RetentionMode[];
  /** Also how much ordering the waiting calls adds. */
  readonly order: boolean;
  /** Also what prefetching brings and costs. */
  readonly prefetch: boolean;
  readonly roles: 'agent' | 'agent-and-task';
  readonly skipBadLines: boolean;
  readonly json: boolean;
  readonly color: boolean;
  /** File that gets the report as a page. */
  readonly html?: string;
}

export type ReplayCapacity =
  /** Shares of the peak live working set. */
  | { readonly kind: 'shares'; readonly shares: readonly number[] }
  | { readonly kind: 'tokens'; readonly tokens: number };
