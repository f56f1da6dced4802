import type { AppWatch } from './app-watch.ts';
import { isObject } from './mastra-shape.ts';
import type { RunRequest } from './run-options.ts';
import { RunQuestions } from './run-questions.ts';
import { nextCauses } from './scope.ts';
import type { Scope } from './scope.ts';
import { storedRun } from './stored-run.ts';
import type { SuspendedRun } from './suspended-runs.ts';

/** What a durable run is asked for, so that it says when it waits for somebody. */
export function tellingSuspension(
  { options, withOptions }: RunRequest,
  suspended: () => void,
): readonly unknown[] {
  const own = options.onSuspended;
  const onSuspended = (...said: readonly unknown[]): unknown => {
    suspended();
    return typeof own === 'function' ? Reflect.apply(own, options, said) : undefined;
  };
  return withOptions({ ...options, onSuspended });
}

export function runIdOf(result: unknown): string | undefined {
  const id: unknown = isObject(result) ? result['runId'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The run of an agent waits for somebody, who will name one of these runs alone. */
export function noteRuns(
  owner: string,
  scope: Scope,
  { runs: tracker }: AppWatch,
  ids: readonly (string | undefined)[],
): void {
  const { session, dispatch, record } = scope;
  const stopped = {
    session,
    returns: record.returns,
    causes: nextCauses(scope),
    ...(dispatch === undefined
      ? {}
      : { questions: dispatch.questions, metadata: dispatch.metadata }),
  };
  for (const id of ids) if (id !== undefined) tracker.suspended.note(owner, id, stopped);
}

/** Where the run stopped that an agent is to go on with, its questions answered; undefined when it begins anew. */
export async function resumed(
  agent: string,
  { options, resumeData }: RunRequest,
  watch: AppWatch,
): Promise<SuspendedRun | undefined> {
  const { runId, toolCallId } = options;
  const here = watch.runs.suspended.of(agent, runId);
  if (resumeData === undefined || runId === undefined) return here;
  const stopped = here ?? (await elsewhere(agent, runId, watch));
  stopped?.questions?.answer(resumeData, toolCallId);
  return stopped;
}

/** As the app's storage has it, when another process has suspended the run. */
async function elsewhere(
  agent: string,
  runId: string,
  { mastra, faults }: AppWatch,
): Promise<SuspendedRun | undefined> {
  const stored = await faults.guardAsync(() => storedRun(mastra, runId));
  if (stored === undefined) return undefined;
  const { thread, metadata } = stored;
  const session = thread ?? runId;
  const questions = new RunQuestions();
  for (const { tool, toolCallId, args } of stored.questions) {
    questions.ask({ session, agent, tool, toolCallId, question: '' }, args);
  }
  return { session, returns: thread !== undefined, causes: [], questions, metadata };
}
