import type { ArmResult } from '../arm/arm-messages.ts';
import { infiniteCacheHitRate, summariseArm } from '../report/arm-summary.ts';
import type {
  ArmReport,
  ArmsReport,
  MachineReport,
  ReportDocument,
  WorkloadReport,
} from '../report/report-document.ts';
import type { ArmName } from './arm-plan.ts';
import { armPlans, serverArmDescription } from './arm-plan.ts';
import type { DemoOptions } from './demo-options.ts';
import { frameworkOf } from './example-names.ts';
import type { GraphName } from './example-names.ts';

export type ArmResults = ReadonlyMap<ArmName, ArmResult>;

/** Puts the measured arms together. Throws a RangeError when `unmodified` is missing or sent no request. */
export function buildDocument(
  options: DemoOptions,
  results: ReadonlyMap<GraphName, ArmResults>,
  machine: MachineReport,
): ReportDocument {
  const workloads = [...results].map(([graph, arms]) => workloadOf(graph, options, arms));
  const [first] = results.values();
  const shown = first?.get('cachesage') ?? first?.get('unmodified');
  if (shown === undefined) throw new RangeError('There is nothing to report.');
  return { engine: shown.engine, machine, workloads };
}

function workloadOf(graph: GraphName, options: DemoOptions, results: ArmResults): WorkloadReport {
  const unmodified = results.get('unmodified');
  if (unmodified === undefined) throw new RangeError('There is no unmodified arm to report.');
  const cachesage = results.get('cachesage');
  const arms = describeArms(options, results, unmodified);
  const possible = infiniteCacheHitRate(unmodified.requests);
  const { hitRate } = arms.unmodified;
  return {
    name: graph,
    framework: frameworkOf[graph],
    load: options.load,
    agents: unmodified.agents,
    sessions: options.sessions,
    requests: unmodified.requests.length,
    repeats: 1,
    headroom: possible === undefined || hitRate === null ? null : possible - hitRate,
    arms,
    prediction: cachesage?.prediction ?? null,
    stateBytes: cachesage?.stateBytes ?? null,
  };
}

function describeArms(
  options: DemoOptions,
  results: ArmResults,
  unmodified: ArmResult,
): ArmsReport {
  const describe = (name: ArmName, result: ArmResult): ArmReport =>
    summariseArm(
      result,
      options.serverURL === undefined ? armPlans[name].description : serverArmDescription,
    );
  const optional: Partial<Record<ArmName, ArmReport>> = {};
  for (const [name, result] of results) optional[name] = describe(name, result);
  return { ...optional, unmodified: describe('unmodified', unmodified) };
}
