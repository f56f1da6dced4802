import type { AppWatch } from './app-watch.ts';
import { isFlowEntry, isNestedWorkflow, isObject } from './mastra-shape.ts';
import type { FlowEntry, WorkflowShape } from './mastra-shape.ts';
import { endByError, endByResult } from './outcome.ts';
import { currentProbe } from './probe.ts';
import { metadataOf, runOptions, threadOf } from './run-options.ts';
import { currentScope, nextCauses } from './scope.ts';
import type { Scope } from './scope.ts';
import { nameOf } from './topology/read-app.ts';

const runs = ['start', 'stream', 'resume', 'resumeStream', 'restart', 'timeTravel'] as const;

/** The entries of a step graph that hold one step each, with their place. */
export function placesOf(workflow: WorkflowShape): readonly Placed[] {
  return workflow.stepGraph.flatMap((entry, place): readonly Placed[] => {
    const parallel =
      entry.type === 'parallel' || entry.type === 'conditional' || entry.type === 'foreach';
    const inside = entry.steps ?? (isFlowEntry(entry.step) ? [entry.step] : [entry]);
    return inside.map((single) => ({ single, name: nameOf(single), place, parallel }));
  });
}

interface Placed {
  readonly single: FlowEntry;
  readonly name: string;
  readonly place: number;
  readonly parallel: boolean;
}

/** Where something that begins inside `parent` stands: the place that runs now if it holds it, else the next that does. */
export function placeIn(
  parent: Scope,
  name: string,
): { readonly place?: number; readonly parallel?: boolean } {
  const { owner } = parent;
  if (parent.kind !== 'workflow' || !isNestedWorkflow(owner)) return {};
  const known = placesOf(owner).filter((placed) => placed.name === name);
  const now = parent.place?.key ?? -1;
  const found =
    known.find(({ place, parallel }) => place === now && parallel) ??
    known.find(({ place }) => place > now) ??
    known.find(({ place }) => place === now) ??
    known[0];
  return found === undefined ? {} : { place: found.place, parallel: found.parallel };
}

/** Watches the runs of one workflow. */
export function seatWorkflow(workflow: WorkflowShape & object, watch: AppWatch): void {
  // Asked again for a run that has not ended, Mastra hands out the same object.
  const seated = new WeakSet<object>();
  watch.interposer.method(workflow, 'createRun', async (args, go) => {
    const created = await go(...args);
    if (isObject(created) && !seated.has(created)) {
      seated.add(created);
      seatRun(created, workflow, watch);
    }
    return created;
  });
}

function seatRun(run: object, workflow: WorkflowShape & object, watch: AppWatch): void {
  const { interposer } = watch;
  for (const name of runs) {
    const before: unknown = Reflect.get(run, name);
    if (typeof before !== 'function') continue;
    Object.defineProperty(run, name, {
      configurable: true,
      writable: true,
      value: (...args: readonly unknown[]): unknown => {
        const go = (): unknown => Reflect.apply(before, run, args);
        const isInside = currentScope.getStore()?.owner === workflow;
        if (!interposer.active || currentProbe() !== undefined || isInside) return go();
        return inWorkflow(run, workflow, args, go, watch);
      },
    });
  }
}

function inWorkflow(
  run: object,
  workflow: WorkflowShape & object,
  args: readonly unknown[],
  go: () => unknown,
  watch: AppWatch,
): unknown {
  const { runs: tracker, calls, faults } = watch;
  const parent = currentScope.getStore();
  const options = runOptions(args[0]);
  const runId: unknown = Reflect.get(run, 'runId');
  const thread = threadOf(options);
  const name = typeof runId === 'string' ? runId : undefined;
  const stopped = tracker.suspended.of(workflow.id, name);
  const metadata = { ...stopped?.metadata, ...metadataOf(options) };
  const scope = faults.guard(() =>
    tracker.begin({
      kind: 'workflow',
      path: parent === undefined ? workflow.id : `${parent.path}/${workflow.id}`,
      owner: workflow,
      parent,
      session: {
        id: thread ?? stopped?.session ?? name ?? watch.host.ids('session'),
        returns: thread !== undefined || stopped?.returns === true,
      },
      causes: stopped?.causes ?? [],
      metadata,
      ...(parent === undefined ? {} : placeIn(parent, workflow.id)),
    }),
  );
  if (scope === undefined) return go();
  calls.adopt(scope);
  const over = (result: unknown): void => {
    const how = endByResult(result, undefined);
    if (how === 'interrupted' && name !== undefined) {
      tracker.suspended.note(workflow.id, name, {
        session: scope.session,
        returns: scope.record.returns,
        causes: nextCauses(scope),
        metadata,
      });
    }
    faults.guard(() => tracker.end(scope, how));
  };
  try {
    const begun = currentScope.run(scope, go);
    // `stream()` returns at once, and its result is a promise that reads nothing.
    const result = isObject(begun) && 'result' in begun ? begun['result'] : begun;
    Promise.resolve(result).then(over, (error: unknown) =>
      faults.guard(() => tracker.end(scope, endByError(error, undefined))),
    );
    return begun;
  } catch (error) {
    faults.guard(() => tracker.end(scope, endByError(error, undefined)));
    throw error;
  }
}
