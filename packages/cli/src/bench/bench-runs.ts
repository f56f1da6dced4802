import { createHash } from 'node:crypto';
import type { ArmConfig } from '../arm/arm-messages.ts';
import { armPlans } from '../demo/arm-plan.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import type { GraphName } from '../demo/demo-options.ts';
import { loadSizing } from '../demo/sizing.ts';
import type { Load } from '../demo/sizing.ts';
import type { BenchPlan, EngineMemory } from './bench-options.ts';

/** One row of the result: a graph under a load on an engine of some size. */
export interface BenchPoint extends EngineMemory {
  readonly graph: GraphName;
  readonly load: Load;
  readonly sessions: number;
  readonly concurrency: number;
  readonly thinkScale: number;
}

/** More than in the demo: a model that learns must have had the time to. */
const benchSessions: Readonly<Record<Load, number>> = { light: 8, saturated: 14 };

/** All rows, in the order in which they are measured and shown. */
export function benchPoints(plan: BenchPlan): readonly BenchPoint[] {
  return plan.graphs.flatMap((graph) =>
    plan.loads.flatMap((load) => plan.memory.map((memory) => pointOf(plan, graph, load, memory))),
  );
}

function pointOf(plan: BenchPlan, graph: GraphName, load: Load, memory: EngineMemory): BenchPoint {
  const sizing = loadSizing(load, false);
  const sessions = plan.sessions ?? (plan.sweep ? sizing.sessions : benchSessions[load]);
  const concurrency = plan.concurrency ?? Math.min(sizing.concurrency, sessions);
  return { graph, load, ...memory, sessions, concurrency, thinkScale: sizing.thinkScale };
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
  const { graph, sessions, concurrency, thinkScale } = point;
  return {
    arm,
    graph,
    seed,
    sessions,
    concurrency,
    thinkScale,
    director: plan.director,
    target: {
      kind: 'embedded',
      slots: point.slots,
      contextTokens: plan.contextTokens,
      tierBytes: armPlans[arm].secondTier ? point.tierBytes : 0,
      ...(plan.modelPath === undefined ? {} : { modelPath: plan.modelPath }),
      ...(tierBytesPerSecond === undefined ? {} : { tierBytesPerSecond }),
    },
    ...(arm === 'oracle' && knownRequestsPath !== undefined ? { knownRequestsPath } : {}),
  };
}
