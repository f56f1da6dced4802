import type { MachineReport, PairedInterval } from '@entresol/cli/report';

/** Hit rates of one workload in one trial, and CacheSage's paired difference to the baseline. */
export interface TrialRow {
  readonly workload: string;
  readonly trial: string;
  readonly hitRates: Readonly<Record<string, number>>;
  /** Points of hit rate, CacheSage less the baseline, over the seeds. */
  readonly difference: PairedInterval;
}

export interface TrialDocument {
  readonly command: string;
  readonly date: string;
  readonly machine: MachineReport;
  readonly seeds: number;
  readonly concurrency: number;
  readonly capacity: number;
  /** The first sessions of a workload: the declared graph as prior, none, and one with its agents exchanged. */
  readonly coldStart: readonly TrialRow[];
  /** Traces turned against whoever has learned them: LRU and CacheSage. */
  readonly adversaries: readonly TrialRow[];
  /** Caches far too small and far too large. */
  readonly sizes: readonly TrialRow[];
}
