import { exitOf, laterOf } from '@entresol/runtime-core/adapter';
import type { FinishedCall } from '@entresol/runtime-core/adapter';
import { hasChosen } from './branch-routes.ts';
import type { Cause, Causes, GraphRun } from './dispatch.ts';

/** How LangGraph announces a task made by `Send` (or by a call of the functional API). */
export const sendTrigger = '__pregel_push';

function finished(dispatches: Iterable<Cause>): readonly Cause[] {
  return [...dispatches].filter(({ end }) => end === 'done' || end === 'handed-off');
}

function latestOf(run: GraphRun, names: Iterable<string>): readonly Cause[] {
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
export function enterDispatch(run: GraphRun, task: string, dispatch: Cause): void {
  run.current.set(task, dispatch);
  const latest = run.latest.get(dispatch.name);
  if (latest?.step === run.step) latest.tasks.set(task, dispatch);
  else run.latest.set(dispatch.name, { step: run.step, tasks: new Map([[task, dispatch]]) });
}

/** Tells which nodes triggered `name` in the next superstep, as far as the graph, their branches and their `Command`s say. */
function canTrigger({ local }: GraphRun, name: string): (dispatch: Cause) => boolean {
  const sources = local?.sources.get(name);
  const fixed = local?.fixed.get(name);
  return (dispatch) => {
    if (dispatch.goto.includes(name) || fixed?.has(dispatch.name) === true) return true;
    const declared =
      sources?.has(dispatch.name) === true || local?.unknown.has(dispatch.name) === true;
    return declared && hasChosen(local, dispatch, name) !== false;
  };
}

/** Dispatches that triggered `name`, to be asked when its superstep has been entered. */
function triggering(run: GraphRun, name: string, trigger: string | undefined): readonly Cause[] {
  const { local } = run;
  const handled = local?.handles.get(name);
  if (handled !== undefined) {
    return latestOf(run, handled).filter(({ end }) => end === 'failed');
  }
  const joined = trigger === undefined ? undefined : local?.joins.get(trigger);
  if (joined !== undefined) return finished(latestOf(run, joined));
  if (local?.deferred.has(name) === true) {
    const sources = finished(latestOf(run, local.sources.get(name) ?? []));
    const able = sources.filter(canTrigger(run, name));
    if (able.length > 0) return able;
  }
  const before = finished(run.previous.values());
  if (local === undefined) return before;
  const able = before.filter(canTrigger(run, name));
  // Never nothing: then what decided is out of sight, and the superstep is all there is to go by.
  return able.length > 0 ? able : before;
}

function causesFrom(run: GraphRun, dispatches: readonly Cause[]): Causes {
  if (dispatches.length === 0) {
    return { dispatches, after: run.enclosing?.after ?? [], entry: run.position.entry };
  }
  let entry: FinishedCall | undefined;
  for (const { position } of dispatches) entry = laterOf(entry, exitOf(position));
  return { dispatches, after: dispatches.map(({ id }) => id), entry };
}

/**
 * Why a node runs now: what ran in the superstep before and can reach it, all sources of a join, or, at the start of a
 * graph, what caused the dispatch that holds the graph. Of several causes the call that was over last precedes.
 */
export function causesOf(run: GraphRun, name: string, trigger: string | undefined): Causes {
  return causesFrom(run, triggering(run, name, trigger));
}

/** Why a node runs first after a jump to a checkpoint: whichever nodes before it ran last, in whatever superstep. */
export function causesOfTravelled(
  run: GraphRun,
  name: string,
  trigger: string | undefined,
): Causes {
  const joined = trigger === undefined ? undefined : run.local?.joins.get(trigger);
  const ran = finished(latestOf(run, joined ?? run.latest.keys()));
  return causesFrom(run, joined === undefined ? ran.filter(canTrigger(run, name)) : ran);
}
