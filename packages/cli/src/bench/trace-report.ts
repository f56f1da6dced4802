import type { Trace } from '@entresol/replay';
import { max, mean } from 'simple-statistics';
import type { ArmResult } from '../arm/arm-messages.ts';
import { armNames } from '../demo/arm-plan.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { predictArm } from '../trace-load/model-prediction.ts';
import { sampledTrace } from '../trace-load/sampled-trace.ts';
import type { TraceTask } from '../trace-load/trace-task.ts';

/** A trace that was played: how large, and how well the replay model knew the hit rates. */
export interface TraceReport {
  /** Where the trace comes from, and which of its figures are estimates. */
  readonly source: string;
  readonly estimated: readonly string[];
  /** Every token count of the trace was multiplied by this. */
  readonly tokenFactor: number;
  /** As the engine counted them, over all repeats. */
  readonly promptTokens: { readonly mean: number; readonly longest: number };
  readonly model: { readonly [name in ArmName]?: ModelReport };
}

/** Means over the repeats. */
interface ModelReport {
  readonly policy: string;
  readonly capacityTokens: number;
  /** Capacity over the peak working set of the open sessions. */
  readonly capacityShare: number;
  readonly hitRate: number;
  readonly measuredHitRate: number;
  /** Mean of predicted minus measured, in points. */
  readonly errorPoints: number;
}

export interface PlayedRepeat {
  /** Seed by which the sample was drawn. */
  readonly seed: number;
  readonly arms: ReadonlyMap<ArmName, ArmResult>;
}

/** Throws a RangeError when no request was measured. */
export function traceReport(
  trace: Trace,
  task: TraceTask,
  repeats: readonly PlayedRepeat[],
): TraceReport {
  const lengths = repeats.flatMap(({ arms }) =>
    (arms.get('unmodified')?.requests ?? []).flatMap(({ usage }) => usage?.promptTokens ?? []),
  );
  if (lengths.length === 0) throw new RangeError('No request of the trace was measured.');
  const model: Partial<Record<ArmName, ModelReport>> = {};
  for (const name of armNames) {
    const report = modelReport(trace, task, repeats, name);
    if (report !== undefined) model[name] = report;
  }
  return {
    source: trace.source.name,
    estimated: trace.source.estimated,
    tokenFactor: task.tokenFactor,
    promptTokens: { mean: mean(lengths), longest: max(lengths) },
    model,
  };
}

function modelReport(
  trace: Trace,
  task: TraceTask,
  repeats: readonly PlayedRepeat[],
  name: ArmName,
): ModelReport | undefined {
  const predictions = repeats.flatMap(({ seed, arms }) => {
    const result = arms.get(name);
    if (result === undefined) return [];
    return predictArm(name, sampledTrace(trace, task, seed), result) ?? [];
  });
  const [first] = predictions;
  if (first === undefined) return undefined;
  const hitRate = mean(predictions.map((prediction) => prediction.hitRate));
  const measuredHitRate = mean(predictions.map((prediction) => prediction.measuredHitRate));
  return {
    policy: first.policy,
    capacityTokens: Math.round(mean(predictions.map(({ capacityTokens }) => capacityTokens))),
    capacityShare: mean(predictions.map(({ capacityShare }) => capacityShare)),
    hitRate,
    measuredHitRate,
    errorPoints: (hitRate - measuredHitRate) * 100,
  };
}
