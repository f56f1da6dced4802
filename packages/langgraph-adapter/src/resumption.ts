import { exitOf } from '@entresol/runtime-core/adapter';
import type { Cause, Causes, GraphRun, RootRun } from './dispatch.ts';

/** What is kept of a run for the one that goes on from where it stopped: who ran last, by id and last call. */
export interface RunRest extends Pick<GraphRun, 'step' | 'current' | 'previous' | 'latest'> {
  readonly interrupted: RootRun['interrupted'];
}

/** A dispatch without the run around it, which would otherwise live as long as its session. */
function asCause({ id, path, name, end, goto, routes, position }: Cause): Cause {
  return {
    id,
    path,
    name,
    end,
    goto,
    routes,
    position: { parent: undefined, entry: exitOf(position), last: undefined },
  };
}

function tasksOf(tasks: ReadonlyMap<string, Cause>): Map<string, Cause> {
  return new Map([...tasks].map(([task, dispatch]) => [task, asCause(dispatch)]));
}

/** To be asked when all dispatches of the run have ended. */
export function restOf({ graph, interrupted }: RootRun): RunRest {
  return {
    step: graph.step,
    current: tasksOf(graph.current),
    previous: tasksOf(graph.previous),
    latest: new Map(
      [...graph.latest].map(([name, { step, tasks }]) => [name, { step, tasks: tasksOf(tasks) }]),
    ),
    interrupted,
  };
}

/**
 * Brings a graph run that takes in no input to where the last run of its session stopped. A run that `travels` goes on from
 * another checkpoint: of its superstep nothing is known, only who ran last.
 */
export function goOn(run: GraphRun, rest: RunRest, travels: boolean): void {
  run.begun = true;
  run.latest = new Map(
    [...rest.latest].map(([name, { step, tasks }]) => [name, { step, tasks: new Map(tasks) }]),
  );
  if (travels) return;
  run.step = rest.step;
  run.current = new Map(rest.current);
  run.previous = new Map(rest.previous);
}

/** Causes of a dispatch that was interrupted in the last run and is resumed now. */
export function causesOfResumed(rest: RunRest | undefined, namespace: string): Causes | undefined {
  const interrupted = namespace === '' ? undefined : rest?.interrupted.get(namespace);
  return interrupted === undefined ? undefined : { ...interrupted, dispatches: [] };
}
