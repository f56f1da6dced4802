import type { StepCost } from '@entresol/replay';
import type { MachineReport } from '../report/report-document.ts';
import type { PolicyKind, RetentionMode } from './lab-policies.ts';

interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** One policy on one workload at one capacity. Rates are shares of prompt tokens; differences are of rates. */
export interface ReplayRow {
  readonly workload: string;
  readonly policy: string;
  readonly kind: PolicyKind;
  readonly mode: RetentionMode;
  readonly capacity: number;
  readonly capacityTokens: number;
  readonly concurrency: number;
  readonly seeds: number;
  readonly hitRate: { readonly mean: number; readonly sd: number };
  /** Charges what touches and prefetches compute; without them it equals the hit rate. */
  readonly netHitRate: { readonly mean: number; readonly sd: number };
  /** (net hit rate − LRU) / (best feasible offline order − LRU); null where there is no headroom. */
  readonly headroomClosed: number | null;
  readonly computedTokens: number;
  readonly savedSeconds: number | null;
  readonly ttftMs: { readonly mean: number; readonly p95: number } | null;
  /** Output tokens a second. */
  readonly throughput: number | null;
  readonly pairedVsLru: Interval | null;
  readonly pairedVsBest: (Interval & { readonly rival: string }) | null;
  /** Of its variants and of what is left of it without a part. */
  readonly pairedVsCachesage: Interval | null;
  /** Means over the seeds. Coverage: used over calls; precision: used over issued. */
  readonly prefetch: {
    readonly issued: number;
    readonly used: number;
    readonly wastedTokens: number;
  };
  readonly stateBytes: number | null;
  /** Dispatches waited, where the row orders the waiting calls. */
  readonly waits: { readonly p50: number; readonly p99: number } | null;
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
