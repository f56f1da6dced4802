import type { ArmResult } from '../arm/arm-messages.ts';
import { armNames, armPlans } from '../demo/arm-plan.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { frameworkOf } from '../demo/example-names.ts';
import { compareArms } from '../report/arm-comparison.ts';
import { infiniteCacheHitRate, summariseArm } from '../report/arm-summary.ts';
import { comparePrompts } from '../report/prompt-equality.ts';
import type {
  ArmReport,
  FirstFiveSessions,
  MachineReport,
  PredictionReport,
} from '../report/report-document.ts';
import type {
  BenchArm,
  BenchDocument,
  BenchWorkload,
  ComparedFigure,
  PairedFigures,
} from './bench-document.ts';
import type { BenchPoint } from './bench-runs.ts';
import { meanOfKnown, meanReport } from './mean-report.ts';
import { pairedInterval } from './paired-interval.ts';
import type { PairedInterval } from './paired-interval.ts';
import type { TraceReport } from './trace-report.ts';

/** All arms of one repeat. */
export type Repeat = ReadonlyMap<ArmName, ArmResult>;

export interface MeasuredPoint {
  readonly point: BenchPoint;
  /** In order; at least one. */
  readonly repeats: readonly Repeat[];
  /** Undefined = it was not tried. */
  readonly prior?: FirstFiveSessions | undefined;
  /** Of a row that plays a trace. */
  readonly trace?: TraceReport | undefined;
}

export type BenchCircumstances = Pick<
  BenchDocument,
  'command' | 'date' | 'machine' | 'seed' | 'tierBytesPerSecond' | 'sweep'
>;

/** Puts the runs together. Throws a RangeError when there is no run. */
export function buildBenchDocument(
  measured: readonly MeasuredPoint[],
  circumstances: BenchCircumstances & { readonly machine: MachineReport },
): BenchDocument {
  const [first] = measured;
  const [run] = first?.repeats[0]?.values() ?? [];
  if (first === undefined || run === undefined) throw new RangeError('Nothing was measured.');
  const workloads = measured.map(workloadOf);
  const ratio = meanOfKnown(workloads.map((workload) => workload.reloadToRecompute));
  const { command, date, machine, ...rest } = circumstances;
  return {
    command,
    date,
    engine: { ...run.engine, tierBytes: first.point.tierBytes, reloadToRecompute: ratio },
    machine,
    ...rest,
    workloads,
  };
}

function workloadOf({ point, repeats, prior, trace }: MeasuredPoint): BenchWorkload {
  const { graph, load, slots, tierBytes, concurrency } = point;
  const baseline = repeats.flatMap((repeat) => repeat.get('unmodified') ?? []);
  const all = repeats.flatMap((repeat) => [...repeat.values()]);
  const sage = repeats.flatMap((repeat) => repeat.get('cachesage') ?? []);
  const summaries = repeats.map(summarise);
  return {
    name: graph,
    framework: point.trace === undefined ? frameworkOf[point.graph] : 'trace',
    load,
    agents: all[0]?.agents ?? 0,
    sessions: point.trace === undefined ? point.sessions : (sessionsPlayed(baseline) ?? 0),
    concurrency,
    slots,
    tierBytes,
    requests: meanOfKnown(baseline.map(({ requests }) => requests.length)) ?? 0,
    repeats: repeats.length,
    headroom: meanOfKnown(baseline.map(headroomOf)),
    // Without a second tier there is nothing to reload, so `bare` says nothing about it.
    reloadToRecompute: meanOfKnown(
      all.flatMap(({ engine }) => (engine.tierBytes === 0 ? [] : [engine.reloadToRecompute])),
    ),
    repeatsWithEqualPrompts: repeats.filter(hasEqualPrompts).length,
    arms: armsOf(summaries),
    prediction: withPrior(
      meanPrediction(sage.flatMap(({ prediction }) => prediction ?? [])),
      prior,
    ),
    stateBytes: meanOfKnown(sage.map(({ stateBytes }) => stateBytes ?? null)),
    ...(trace === undefined ? {} : { trace }),
  };
}

/** Mean over the repeats: each draws a sample of its own. */
function sessionsPlayed(runs: readonly ArmResult[]): number | null {
  return meanOfKnown(runs.map(({ sent = [] }) => new Set(sent.map(({ session }) => session)).size));
}

function withPrior(
  prediction: PredictionReport | null,
  firstFiveSessions: FirstFiveSessions | undefined,
): PredictionReport | null {
  return prediction === null || firstFiveSessions === undefined
    ? prediction
    : { ...prediction, firstFiveSessions };
}

type Summaries = ReadonlyMap<ArmName, ArmReport>;

function summarise(repeat: Repeat): Summaries {
  return new Map(
    [...repeat].map(([name, result]) => [name, summariseArm(result, armPlans[name].description)]),
  );
}

function armsOf(repeats: readonly Summaries[]): BenchWorkload['arms'] {
  const arms: Partial<Record<ArmName, BenchArm>> = {};
  for (const name of armNames) {
    const reports = repeats.flatMap((repeat) => repeat.get(name) ?? []);
    if (reports.length === 0) continue;
    const versusUnmodified = versus(name, 'unmodified', repeats);
    const versusFair = versus(name, 'fair', repeats);
    const versusNoPrefetch =
      name === 'cachesage' ? versus(name, 'cachesage-noprefetch', repeats) : undefined;
    arms[name] = {
      ...meanReport(reports),
      ...(versusUnmodified === undefined ? {} : { versusUnmodified }),
      ...(versusFair === undefined ? {} : { versusFair }),
      ...(versusNoPrefetch === undefined ? {} : { versusNoPrefetch }),
    };
  }
  return arms;
}

const comparedFigures: readonly ComparedFigure[] = [
  'netHitPoints',
  'ttftMeanPercent',
  'ttftP50Percent',
  'ttftP95Percent',
  'queuePercent',
  'prefillPercent',
  'outputPercent',
];

function versus(
  name: ArmName,
  baselineName: ArmName,
  repeats: readonly Summaries[],
): PairedFigures | undefined {
  if (name === baselineName) return undefined;
  const comparisons = repeats.flatMap((repeat) => {
    const arm = repeat.get(name);
    const baseline = repeat.get(baselineName);
    return arm === undefined || baseline === undefined ? [] : [compareArms(arm, baseline)];
  });
  if (comparisons.length === 0) return undefined;
  const figures: Partial<Record<ComparedFigure, PairedInterval>> = {};
  for (const figure of comparedFigures) {
    const differences = comparisons.flatMap((comparison) => comparison[figure] ?? []);
    if (differences.length === comparisons.length) figures[figure] = pairedInterval(differences);
  }
  return figures;
}

function headroomOf(result: ArmResult): number | null {
  const possible = infiniteCacheHitRate(result.requests);
  const { hitRate } = summariseArm(result, '');
  return possible === undefined || hitRate === null ? null : possible - hitRate;
}

function hasEqualPrompts(repeat: Repeat): boolean {
  return comparePrompts([...repeat].map(([name, { requests }]) => ({ name, requests }))).equal;
}

function meanPrediction(predictions: readonly PredictionReport[]): PredictionReport | null {
  if (predictions.length === 0) return null;
  return {
    top1: meanOfKnown(predictions.map(({ top1 }) => top1)),
    brier: meanOfKnown(predictions.map(({ brier }) => brier)),
    resolved: meanOfKnown(predictions.map(({ resolved }) => resolved)) ?? 0,
  };
}
