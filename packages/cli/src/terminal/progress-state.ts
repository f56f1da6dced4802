import type { Milliseconds } from '@entresol/runtime-core';

/** One arm as far as it has come. */
export interface ArmState {
  readonly name: string;
  /** Share of its work that is done, in [0, 1]. */
  readonly done: number;
  readonly agent?: string;
  /** Hit rate so far; undefined while the engine has not said. */
  readonly hitRate?: number;
  readonly finished: boolean;
}

/** One workload on its way: every arm that has begun. */
export interface ProgressState {
  readonly workload: string;
  readonly load: string;
  readonly plannedArms: number;
  readonly arms: readonly ArmState[];
  readonly startedAtMs: Milliseconds;
  readonly nowMs: Milliseconds;
}

/** Share of all planned arms that is done, in [0, 1]. */
export function shareDone(state: ProgressState): number {
  const done = state.arms.reduce((total, arm) => total + (arm.finished ? 1 : arm.done), 0);
  return Math.min(1, done / state.plannedArms);
}
