import type { Gpu, RandomModelSize } from '@entresol/engines/embedded';
import type { ArmName } from '../demo/arm-plan.ts';
import type { GraphName } from '../demo/example-names.ts';
import type { Load } from '../demo/sizing.ts';

/** What `npm run bench:engine` was asked to do, checked and complete. Plain JSON. */
export interface BenchOptions {
  readonly json: boolean;
  readonly color: boolean;
  /** Folder that keeps every finished run. */
  readonly out: string;
  readonly resume: boolean;
  readonly plan: BenchPlan;
}

/** What shapes the figures: a resumed benchmark must have the same. */
export interface BenchPlan {
  /** Empty where traces are played. */
  readonly graphs: readonly GraphName[];
  readonly traces?: TracePlan;
  readonly loads: readonly Load[];
  /** In the order of every table; `unmodified` and `cachesage` always. */
  readonly arms: readonly ArmName[];
  /** At most, where `minutes` bounds them too. */
  readonly repeats: number;
  /** No repeat is begun that would likely end later, counted from the start; the rows share the time evenly. */
  readonly minutes?: number;
  readonly seed: number;
  /** Undefined = what the load says. */
  readonly sessions?: number;
  readonly concurrency?: number;
  readonly memory: readonly EngineMemory[];
  readonly contextTokens: number;
  readonly tierSpeed: TierSpeed;
  /** GGUF file. */
  readonly modelPath?: string;
  /** Size of the random weights; small when absent. */
  readonly randomModel?: RandomModelSize;
  /** The CPU when absent. */
  readonly gpu?: Gpu;
  /** Who leads the conversations of a real model; the script by default, so that all arms send the same prompts. */
  readonly director: 'script' | 'model';
  /** The prior is put on trial too, once per graph: three more runs of five sessions. */
  readonly prior: boolean;
  /** The rows differ in memory, not in graph and load alone. */
  readonly sweep: boolean;
}

/** Real workloads instead of the example graphs. */
export interface TracePlan {
  readonly folder: string;
  /** Names of files there, without `.jsonl`; also the ids of the workloads. */
  readonly workloads: readonly string[];
  /** Least calls of one run: whole sessions are drawn until they have as many, and some have taken the place of others. */
  readonly calls: number;
  /** Tokens that the mean prompt of a workload comes to, unless its longest would not fit then. */
  readonly promptTokens: number;
  /**
   * Slots and second tier together hold this share of the peak working set of the open sessions; undefined = the second
   * tier is as large as the plan says.
   */
  readonly capacity?: number;
}

export interface EngineMemory {
  readonly slots: number;
  readonly tierBytes: number;
}

/** `auto-8b`: as slow as makes a reload cost, next to a recompute on this machine, what it costs for an 8 B model on one GPU. */
export type TierSpeed = 'full' | 'auto-8b' | { readonly bytesPerSecond: number };
