import type { SentCall } from './arm-messages.ts';

/** What an arm runs, whoever wrote it. */
export interface ArmWorkload {
  /** Agents that call the model. */
  readonly agents: number;
  /** Calls of a trace in the order in which they were sent so far; undefined where no trace is played. */
  readonly sent?: readonly SentCall[];
  /** Runs all that is planned; rejects when a part failed, since its figures would be missing. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ArmWorkloadOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly onProgress: (progress: WorkloadProgress) => void;
}

interface WorkloadProgress {
  /** Share of the planned work that is done, in [0, 1]. */
  readonly done: number;
  /** Agent that asked the model last. */
  readonly agent?: string;
}
