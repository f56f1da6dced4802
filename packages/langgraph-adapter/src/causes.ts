import type { DispatchId } from '@entresol/runtime-core';
import type { Dispatch, GraphRun } from './dispatch.ts';
import { exitOf, laterOf } from './position.ts';
import type { FinishedCall } from './position.ts';

/** How LangGraph announces a task made by `Send` (or by a call of the functional API). */
export const sendTrigger = '__pregel_push';

export interface Causes {
  readonly dispatches: readonly Dispatch[];
  readonly after: readonly DispatchId[];
  readonly entry: FinishedCall | undefined;
}

function finished(dispatches: Iterable<Dispatch>): readonly Dispatch[] {
  return [...dispatches].filter(({ end }) => end === 'done' || end === 'handed-off');
}

function latestOf(run: GraphRun, names: Iterable<string>): readonly Dispatch[] {
  return [...names].flatMap((name) => [...(run.latest.get(name)?.tasks.values() ?? [])]);
}

/** Moves to another superstep. Steps without a callback (cache hits) leave no trace, so the last one seen counts. */
export function enterStep(run: GraphRun, step: number): void {
  if (step === run.step) return;
  if (run.current.size > 0) run.previous = run.current;
  run.current = new Map();
  run.step = step;
}

/** Notes a dispatch of the superstep that has been entered. */
export function enterDispatch(run: GraphRun, task: string, dispatch: Dispatch): void {
  run.current.set(task, dispatch);
  const latest = run.latest.get(dispatch.name);
  if (latest?.step === run.step) latest.tasks.set(task, dispatch);
  else run.latest.set(dispatch.name, { step: run.step, tasks: new Map([[task, dispatch]]) });
}

/** Dispatches that triggered `name`, to be asked when its superstep has been entered. */
function triggering(run: GraphRun, name: string, trigger: string | undefined): readonly Dispatch[] {
  const { local } = run;
  const handled = local?.handles.get(name);
  if (handled !== undefined) {
    return latestOf(run, handled).filter(({ end }) => end === 'failed');
  }
  const joined = trigger === undefined ? undefined : local?.joins.get(trigger);
  if (joined !== undefined) return finished(latestOf(run, joined));
  if (local?.deferred.has(name) === true) {
    const sources = finished(latestOf(run, local.sources.get(name) ?? []));
    if (sources.length > 0) return sources;
  }
  const before = finished(run.previous.values());
  if (local === undefined) return before;
  const sources = local.sources.get(name);
  const able = before.filter(
    (dispatch) =>
      dispatch.goto.includes(name) ||
      sources?.has(dispatch.name) === true ||
      local.unknown.has(dispatch.name),
  );
  // Never nothing: then what decided is out of sight, and the superstep is all there is to go by.
  return able.length > 0 ? able : before;
}

/**
 * Why a node runs now: what ran in the superstep before and can reach it, all sources of a join, or, at the start of a
 * graph, what caused the dispatch that holds the graph. Of several causes the call that was over last precedes.
 */
export function causesOf(run: GraphRun, name: string, trigger: string | undefined): Causes {
  const dispatches = triggering(run, name, trigger);
  if (dispatches.length === 0) {
    return { dispatches, after: run.enclosing?.after ?? [], entry: run.position.entry };
  }
  let entry: FinishedCall | undefined;
  for (const { position } of dispatches) entry = laterOf(entry, exitOf(position));
  return { dispatches, after: dispatches.map(({ id }) => id), entry };
}
