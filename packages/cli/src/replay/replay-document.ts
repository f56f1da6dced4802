import type { StepCost } from '@entresol/replay';
import type { MachineReport } from '../report/report-document.ts';
import type { PolicyKind, RetentionMode } from './lab-policy.ts';

/** 95 %, over seeds; null where one seed has no spread. */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

export type RivalInterval = Interval & { readonly rival: string };

/** Relative change of a figure under the same seeds: −0.1 = 10 % less. */
export interface Change {
  readonly vsLru: Interval | null;
  /** To the online policy, CacheSage apart, whose mean of this figure is best. */
  readonly vsBest: RivalInterval | null;
}

/** One policy on one workload at one capacity. Rates are shares of prompt tokens; differences are of rates. */
export interface ReplayRow {
  readonly workload: string;
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly mode: RetentionMode;
  readonly capacity: number;
  readonly capacityTokens: number;
  /** Room of the host tier over that of the cache; 0 = there is none. */
  readonly hostTier: number;
  readonly concurrency: number;
  readonly seeds: number;
  readonly hitRate: { readonly mean: number; readonly sd: number };
  /** Shares of prompt tokens that were not computed: charges what touches and prefetches compute, counts what was brought up. */
  readonly netHitRate: { readonly mean: number; readonly sd: number };
  /** Brought up from the host tier; null where there is none. */
  readonly hostHitRate: { readonly mean: number; readonly sd: number } | null;
  /** (net hit rate − LRU) / (best feasible offline order − LRU); null where there is no headroom. */
  readonly headroomClosed: number | null;
  readonly computedTokens: number;
  readonly savedSeconds: number | null;
  readonly ttftMs: { readonly mean: number; readonly p95: number } | null;
  /** Output tokens a second. */
  readonly throughput: number | null;
  readonly pairedVsLru: Interval | null;
  readonly pairedVsBest: RivalInterval | null;
  readonly pairedTtft: Change;
  readonly pairedThroughput: Change;
  /** Of its variants and of what is left of it without a part. */
  readonly pairedVsCachesage: Interval | null;
  /** Of a policy that prefetches or orders to itself without, of a prefetching ablation to the whole estimator: of net hit rate, relative changes of mean TTFT and throughput. */
  readonly pairedVsWithout: {
    readonly netHitRate: Interval | null;
    readonly ttft: Interval | null;
    readonly throughput: Interval | null;
  } | null;
  /** Means over the seeds. Coverage: used over calls; precision: used over begun. */
  readonly prefetch: {
    readonly issued: number;
    /** Of them, what the engine had time to begin with. */
    readonly begun: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  /** Requests sent so that prefixes stay, mean over the seeds; null where the engine can be asked. */
  readonly touches: number | null;
  readonly stateBytes: number | null;
  /** Calls that went before a waiting one, where the row orders those. */
  readonly waits: { readonly p50: number; readonly p99: number } | null;
  /** The same in milliseconds; they are part of the TTFT. */
  readonly waitMs: { readonly p50: number; readonly p99: number } | null;
}

export interface ReplayWorkload {
  readonly name: string;
  readonly source: string;
  readonly estimated: readonly string[];
  readonly sessions: number;
  readonly calls: number;
  readonly agents: number;
  readonly declaresGraph: boolean;
  readonly skippedLines: number;
  /** Constants were chosen on it. */
  readonly isDevelopmentSet: boolean;
  /** By capacity: calls longer than the cache, which keep their head only. */
  readonly longerCalls: Readonly<Record<string, number>>;
}

export interface ReplayDocument {
  readonly command: string;
  readonly date: string;
  readonly machine: MachineReport;
  /** False = stopped: some workloads are missing. */
  readonly complete: boolean;
  readonly blockTokens: 16;
  /** Where each policy was published and which constants it has. */
  readonly policies: Readonly<Record<string, string>>;
  /** Constants of the model that gives times. */
  readonly stepCost: StepCost;
  readonly workloads: readonly ReplayWorkload[];
  readonly rows: readonly ReplayRow[];
}
