import { createHash } from 'node:crypto';
import type { ArmConfig, ExampleArmConfig, TraceArmConfig } from '../arm/arm-messages.ts';
import { armPlans } from '../demo/arm-plan.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { loadSizing } from '../demo/sizing.ts';
import type { Load } from '../demo/sizing.ts';
import type { BenchPlan, EngineMemory } from './bench-options.ts';

/** One row of the result: a graph or a trace under a load on an engine of some size. */
export type BenchPoint = PointSettings & PlayedWorkload;

interface PointSettings extends EngineMemory {
  readonly load: Load;
  readonly concurrency: number;
  readonly thinkScale: number;
}

/** Whose calls are made. How many sessions of a trace a run has depends on which ones are drawn. */
type PlayedWorkload =
  | Pick<ExampleArmConfig, 'graph' | 'sessions' | 'trace'>
  | Pick<TraceArmConfig, 'graph' | 'trace'>;

/** A trace of the plan, and how it is to be played. */
export type PlannedTrace = Pick<TraceArmConfig, 'graph' | 'trace'>;

/** More than in the demo: a model that learns must have had the time to. */
const benchSessions: Readonly<Record<Load, number>> = { light: 8, saturated: 14 };

/** All rows, in the order in which they are measured and shown. @param traces those of the plan */
export function benchPoints(
  plan: BenchPlan,
  traces: readonly PlannedTrace[] = [],
): readonly BenchPoint[] {
  const cells = plan.loads.flatMap((load) => plan.memory.map((memory) => ({ load, memory })));
  return [
    ...plan.graphs.flatMap((graph) =>
      cells.map(({ load, memory }): BenchPoint => {
        const sizing = loadSizing(load, false);
        const sessions = plan.sessions ?? (plan.sweep ? sizing.sessions : benchSessions[load]);
        const concurrency = plan.concurrency ?? Math.min(sizing.concurrency, sessions);
        return { graph, load, ...memory, sessions, concurrency, thinkScale: sizing.thinkScale };
      }),
    ),
    ...traces.flatMap((trace) =>
      cells.map(({ load, memory }): BenchPoint => {
        const { concurrency, thinkScale } = loadSizing(load, false);
        return {
          ...trace,
          load,
          ...memory,
          concurrency: plan.concurrency ?? concurrency,
          thinkScale,
        };
      }),
    ),
  ];
}

/**
 * Order of the arms in one repeat: another one begins each time, so that no arm always runs on a colder or a busier
 * machine. The oracle comes last, since it must know what another arm was asked.
 */
export function armOrder(arms: readonly ArmName[], repeat: number): readonly ArmName[] {
  const rotating = arms.filter((arm) => arm !== 'oracle');
  const from = repeat % Math.max(1, rotating.length);
  const rotated = [...rotating.slice(from), ...rotating.slice(0, from)];
  return arms.includes('oracle') ? [...rotated, 'oracle'] : rotated;
}

/** Every repeat plans sessions of its own; all arms of a repeat, and all rows, share them. */
export function seedOfRepeat(seed: number, repeat: number): number {
  return createHash('sha256')
    .update(JSON.stringify([seed, 'repeat', repeat]))
    .digest()
    .readUInt32BE(0);
}

/** File name of a run, without its ending. */
export function runName(point: BenchPoint, repeat: number, arm: ArmName): string {
  const { graph, load, slots } = point;
  return `${graph}-${load}-${slots}slots-r${String(repeat + 1).padStart(3, '0')}-${arm}`;
}

export interface RunConfigOptions {
  readonly plan: BenchPlan;
  readonly point: BenchPoint;
  readonly seed: number;
  readonly tierBytesPerSecond?: number | undefined;
  readonly knownRequestsPath?: string | undefined;
}

/** The task of one arm's process. */
export function runConfig(arm: ArmName, options: RunConfigOptions): ArmConfig {
  const { plan, point, seed, tierBytesPerSecond, knownRequestsPath } = options;
  const { concurrency, thinkScale } = point;
  const workload =
    point.trace === undefined
      ? { graph: point.graph, sessions: point.sessions, director: plan.director }
      : { graph: point.graph, trace: point.trace };
  return {
    arm,
    ...workload,
    seed,
    concurrency,
    thinkScale,
    target: {
      kind: 'embedded',
      slots: point.slots,
      contextTokens: plan.contextTokens,
      tierBytes: armPlans[arm].secondTier ? point.tierBytes : 0,
      ...(plan.modelPath === undefined ? {} : { modelPath: plan.modelPath }),
      ...(plan.randomModel === undefined ? {} : { randomModel: plan.randomModel }),
      ...(plan.gpu === undefined ? {} : { gpu: plan.gpu }),
      ...(tierBytesPerSecond === undefined ? {} : { tierBytesPerSecond }),
    },
    ...(arm === 'oracle' && knownRequestsPath !== undefined ? { knownRequestsPath } : {}),
  };
}
