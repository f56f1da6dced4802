import type { ArmName } from '../demo/arm-plan.ts';
import type { ArmComparison } from '../report/arm-comparison.ts';
import type {
  ArmReport,
  EngineReport,
  MachineReport,
  WorkloadReport,
} from '../report/report-document.ts';
import type { TraceReport } from './trace-report.ts';
import type { PairedInterval } from './paired-interval.ts';

/** What `bench:engine --json` prints: the rows of `npm start --json`, means over the repeats, and paired differences. */
export interface BenchDocument {
  /** Command line that measured this. */
  readonly command: string;
  /** ISO 8601, the day it was finished. */
  readonly date: string;
  readonly engine: EngineReport;
  readonly machine: MachineReport;
  readonly seed: number;
  /** Bytes a second of the second tier; null = as fast as the disk is. */
  readonly tierBytesPerSecond: number | null;
  /** The rows differ in slots and second tier. */
  readonly sweep: boolean;
  readonly workloads: readonly BenchWorkload[];
}

export interface BenchWorkload extends Omit<WorkloadReport, 'arms'> {
  readonly slots: number;
  readonly tierBytes: number;
  readonly concurrency: number;
  /** Mean over all runs of the row. */
  readonly reloadToRecompute: number | null;
  /** Repeats in which all arms sent the same prompts. */
  readonly repeatsWithEqualPrompts: number;
  readonly arms: { readonly [name in ArmName]?: BenchArm };
  /** Of a row that plays a trace. */
  readonly trace?: TraceReport;
}

/** Means over the repeats, and what the pairs differ by. */
export interface BenchArm extends ArmReport {
  readonly versusUnmodified?: PairedFigures;
  readonly versusFair?: PairedFigures;
  /** What prefetching adds to ranking; of `cachesage` alone. */
  readonly versusNoPrefetch?: PairedFigures;
}

export type ComparedFigure = Exclude<keyof ArmComparison, 'outcome'>;

/** Net hit rate in points, everything else in percent of the baseline; positive = larger. Absent where an arm lacks it. */
export type PairedFigures = { readonly [figure in ComparedFigure]?: PairedInterval };
