import { TransitionRejectedError } from '@entresol/runtime-core/adapter';
import type { AppWatch } from './app-watch.ts';
import { passTransition } from './app-watch.ts';
import { isObject } from './mastra-shape.ts';
import type { StepShape } from './mastra-shape.ts';
import { currentProbe } from './probe.ts';
import { currentScope } from './scope.ts';
import type { Scope } from './scope.ts';
import {
  canAsk as canAskBefore,
  isAnswer,
  isApproved,
  suspendToAsk,
  withoutAnswer,
} from './step-approval.ts';
import { placeIn } from './workflow-seat.ts';

const notApproved = 'the user did not approve it';

/** Watches one plain step, in every workflow that it is a step of. */
export function seatStep(step: StepShape & object, watch: AppWatch): void {
  watch.interposer.method(step, 'execute', (args, go) => {
    const parent = currentScope.getStore();
    if (parent === undefined || currentProbe() !== undefined) return go(...args);
    return inStep({ id: step.id, owner: step, parent }, args, go, watch);
  });
}

/** Watches a tool where it is a step of a workflow. Where agents use it their hooks stand before it. */
export function seatToolStep(tool: object, id: string, watch: AppWatch): void {
  watch.interposer.method(tool, 'execute', (args, go) => {
    const parent = currentScope.getStore();
    if (parent?.kind !== 'workflow' || currentProbe() !== undefined) return go(...args);
    const place = { id, owner: tool, parent };
    return passed(place, watch, signalIn(args[1])).then(() => run(place, () => go(...args), watch));
  });
}

/** A step that is to run. */
interface StepRun {
  readonly id: string;
  readonly owner: object;
  readonly parent: Scope;
}

async function inStep(
  step: StepRun,
  args: readonly unknown[],
  go: (...args: readonly unknown[]) => unknown,
  watch: AppWatch,
): Promise<unknown> {
  const [params, ...rest] = args;
  const to = pathOf(step);
  const isAnswered = isAnswer(params);
  if (isAnswered && !isApproved(params)) throw new TransitionRejectedError(to, notApproved);
  const canAsk = isAnswered || canAskBefore(step.owner, params);
  const question = await passed(step, watch, signalIn(params), canAsk);
  if (question !== undefined && !isAnswered) {
    const { session } = step.parent;
    return suspendToAsk(params, { type: 'entresol-approval', question, session, to });
  }
  return run(step, () => go(isAnswered ? withoutAnswer(params) : params, ...rest), watch);
}

/** What the user is to be asked before the step runs; undefined = go. @throws {TransitionRejectedError} */
function passed(
  step: StepRun,
  watch: AppWatch,
  signal: AbortSignal | undefined,
  canAsk = false,
): Promise<string | undefined> {
  const { parent } = step;
  const transition = { to: pathOf(step), session: parent.session, signal, canAsk };
  return passTransition(watch, parent, transition);
}

async function run(
  step: StepRun,
  go: () => unknown,
  { runs: tracker, calls, faults }: AppWatch,
): Promise<unknown> {
  const { id, owner, parent } = step;
  const path = pathOf(step);
  const scope = faults.guard(() =>
    tracker.begin({ kind: 'step', path, owner, parent, ...placeIn(parent, id) }),
  );
  if (scope === undefined) return go();
  calls.adopt(scope);
  try {
    const result = await currentScope.run(scope, async () => go());
    faults.guard(() => tracker.end(scope, 'done'));
    return result;
  } catch (error) {
    faults.guard(() => tracker.end(scope, 'failed'));
    throw error;
  }
}

function pathOf({ id, parent }: StepRun): string {
  return `${parent.path}/${id}`;
}

function signalIn(params: unknown): AbortSignal | undefined {
  const signal: unknown = isObject(params) ? params['abortSignal'] : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}
