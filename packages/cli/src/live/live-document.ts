import type { EngineExamination } from '@entresol/engines/doctor';
import type { BrokenExamination } from './broken/examine-broken.ts';
import type { MachineReport, WorkloadReport } from '../report/report-document.ts';

/** What `npm run live` prints. Plain JSON; the workloads as in `entresol demo --json`. */
export interface LiveDocument {
  readonly engine: LiveEngineName;
  /** Package and version that were installed, or the server that was given; null where none could be. */
  readonly version: string | null;
  /** `live`: the server ran, and everything below is of it. */
  readonly status: 'live' | 'unavailable';
  /** Why it is unavailable; null when it is live. */
  readonly reason: string | null;
  readonly machine: MachineReport;
  /** Null when it is unavailable. */
  readonly conformance: ConformanceReport | null;
  /** What `entresol doctor --engine` finds of the server as the driver wants it; null when it is unavailable. */
  readonly doctor: EngineExamination | null;
  /** What it finds of the same server behind proxies that break it on purpose; empty when it is unavailable. */
  readonly broken: readonly BrokenExamination[];
  readonly workloads: readonly WorkloadReport[];
}

export interface ConformanceReport {
  readonly passed: number;
  readonly failed: number;
  /** What the driver says that the engine cannot do, each with the reason. */
  readonly declaredGaps: readonly string[];
  /** Titles of what failed. */
  readonly failures: readonly string[];
}

export const liveEngineNames = ['llama-server', 'vllm', 'sglang', 'sim'] as const;
export type LiveEngineName = (typeof liveEngineNames)[number];

/** The engine cannot run here; the message says why, and what was tried. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  /** Package and version that were tried; undefined when it did not come to that. */
  readonly version: string | undefined;

  constructor(
    message: string,
    options: { readonly version?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.version = options.version;
  }
}
