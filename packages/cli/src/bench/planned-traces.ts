import { join } from 'node:path';
import type { Trace } from '@entresol/replay';
import { readTrace } from '@entresol/replay/node';
import { tokenFactorOf } from '../trace-load/trace-task.ts';
import type { BenchPlan } from './bench-options.ts';
import type { PlannedTrace } from './bench-runs.ts';

export interface LoadedTrace {
  readonly planned: PlannedTrace;
  readonly trace: Trace;
}

/**
 * The traces of a plan, each with its one factor.
 * @throws {TraceError} when one cannot be read; nothing has been measured then
 */
export async function loadTraces({
  traces,
  contextTokens,
}: Pick<BenchPlan, 'traces' | 'contextTokens'>): Promise<readonly LoadedTrace[]> {
  if (traces === undefined) return [];
  const { folder, workloads, calls } = traces;
  return Promise.all(
    workloads.map(async (name) => {
      const path = join(folder, `${name}.jsonl`);
      const { trace } = await readTrace(path);
      const tokenFactor = tokenFactorOf(trace, contextTokens);
      return { planned: { graph: name, trace: { path, calls, tokenFactor } }, trace };
    }),
  );
}
