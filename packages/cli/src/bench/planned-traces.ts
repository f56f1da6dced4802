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

/** Sessions of a run over those open at once: some must end and others come. */
const turnover = 1.5;

/**
 * The traces of a plan, each with its one factor.
 * @throws {TraceError} when one cannot be read; nothing has been measured then
 */
export async function loadTraces({
  traces,
  contextTokens,
  concurrency = 1,
}: Pick<BenchPlan, 'traces' | 'contextTokens' | 'concurrency'>): Promise<readonly LoadedTrace[]> {
  if (traces === undefined) return [];
  const { folder, workloads, calls, promptTokens } = traces;
  const sessions = Math.ceil(turnover * concurrency);
  return Promise.all(
    workloads.map(async (name) => {
      const path = join(folder, `${name}.jsonl`);
      const { trace } = await readTrace(path);
      const tokenFactor = tokenFactorOf(trace, { promptTokens, contextTokens });
      return { planned: { graph: name, trace: { path, calls, sessions, tokenFactor } }, trace };
    }),
  );
}
