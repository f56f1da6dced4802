import type { DispatchEnd } from '@entresol/runtime-core';
import type { AppWatch } from './app-watch.ts';
import { passTransition } from './app-watch.ts';
import type { AgentShape } from './mastra-shape.ts';
import { networkTools, noteNetwork } from './network-tools.ts';
import { endByError, endByResult, finished } from './outcome.ts';
import { currentProbe } from './probe.ts';
import { metadataOf, runRequest, threadOf } from './run-options.ts';
import type { RunRequest } from './run-options.ts';
import { currentScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { noteRuns, resumed, runIdOf, tellingSuspension } from './suspension.ts';
import { toolHooks } from './tool-hooks.ts';
import { unwatchedModel, watchedModel } from './watched-model.ts';

const runs = [
  'generate',
  'stream',
  'network',
  'resumeStream',
  'resumeGenerate',
  'resumeNetwork',
  // Of durable agents, with the id of the run first.
  'resume',
] as const;

/** Where an agent stands in the step graph of the workflow around it. */
type PlaceOf = (
  parent: Scope,
  agent: string,
) => { readonly place?: number; readonly parallel?: boolean };

/** Watches the runs, the model and the tools of one agent. `face` is what the app holds of it: itself, or its durable wrapper. */
export function seatAgent(
  agent: AgentShape & object,
  face: object,
  watch: AppWatch,
  placeOf: PlaceOf,
): void {
  const { interposer, calls, faults } = watch;
  const modelWatch = { calls, faults, active: () => interposer.active };
  const watched = (model: unknown): unknown => watchedModel(agent, model, modelWatch);
  if (face === agent) {
    interposer.assignable(agent, 'model', { shown: watched, own: unwatchedModel });
    interposer.method(agent, 'resolveToolHooks', (args, go) => toolHooks(go(...args), watch));
    interposer.method(agent, 'listTools', (args, go) =>
      networkTools(agent, () => go(...args), watch),
    );
    interposer.method(agent, 'genTitle', (args, go) => aside(agent, watch, () => go(...args)));
  }
  for (const name of runs) {
    interposer.method(face, name, (args, go) => {
      const request = runRequest(name, args);
      const { options, withOptions } = request;
      const begin = (suspended: () => void): unknown => {
        if (face !== agent) return go(...tellingSuspension(request, suspended));
        if (options.model === undefined) return go(...args);
        return go(...withOptions({ ...options, model: watched(options.model) }));
      };
      return run(agent, request, { asIs: () => go(...args), begin }, watch, placeOf);
    });
  }
}

interface Go {
  /** As the app asked for it. */
  readonly asIs: () => unknown;
  /** The same, told of a suspension that the result does not show. */
  readonly begin: (suspended: () => void) => unknown;
}

function run(
  agent: AgentShape & object,
  request: RunRequest,
  go: Go,
  watch: AppWatch,
  placeOf: PlaceOf,
): unknown {
  const parent = currentScope.getStore();
  // Mastra's own ways from one method of an agent to another, and from a durable agent to the one inside.
  const isSameRun = parent?.owner === agent && (parent.dispatch?.tools.size ?? 0) === 0;
  const isOver = parent?.dispatch?.end !== undefined;
  if (currentProbe() !== undefined || (isSameRun && !isOver)) return go.asIs();
  return observed(agent, parent, request, go, watch, placeOf);
}

async function observed(
  agent: AgentShape & object,
  parent: Scope | undefined,
  request: RunRequest,
  go: Go,
  watch: AppWatch,
  placeOf: PlaceOf,
): Promise<unknown> {
  const { runs: tracker, calls, faults } = watch;
  const { options } = request;
  const signal = options.abortSignal;
  const thread = threadOf(options);
  const path = parent === undefined ? agent.id : `${parent.path}/${agent.id}`;
  const stopped = await resumed(agent.id, request, watch);
  const id = thread ?? stopped?.session ?? options.runId;
  const session = id ?? faults.guard(() => watch.host.ids('session'));
  if (session === undefined) return go.asIs();
  await passTransition(watch, parent, { to: path, session: parent?.session ?? session, signal });
  const scope = faults.guard(() =>
    tracker.begin({
      kind: 'agent',
      path,
      owner: agent,
      parent,
      session: { id: session, returns: thread !== undefined || stopped?.returns === true },
      causes: stopped?.causes ?? [],
      questions: stopped?.questions,
      metadata: { ...parent?.dispatch?.metadata, ...stopped?.metadata, ...metadataOf(options) },
      ...(parent === undefined ? {} : placeOf(parent, agent.id)),
    }),
  );
  if (scope === undefined) return go.asIs();
  calls.adopt(scope);
  if (request.isNetwork) noteNetwork(scope);
  const end = (how: DispatchEnd): void => {
    // A signal may outlive any number of runs.
    signal?.removeEventListener('abort', abort);
    faults.guard(() => tracker.end(scope, how));
  };
  const abort = (): void => end('aborted');
  signal?.addEventListener('abort', abort);
  let runId: string | undefined;
  const ended = (result: unknown): void => {
    const how = endByResult(result, signal);
    // Whoever resumes it names the run alone.
    if (how === 'interrupted') {
      noteRuns(agent.id, scope, watch, [options.runId, runId, runIdOf(result)]);
    }
    end(how);
  };
  const suspended = (): void => {
    noteRuns(agent.id, scope, watch, [options.runId, runId]);
    end('interrupted');
  };
  try {
    const result = await currentScope.run(scope, async () => go.begin(suspended));
    runId = runIdOf(result);
    // It may have been told of before its id was known.
    if (scope.dispatch?.end === 'interrupted') noteRuns(agent.id, scope, watch, [runId]);
    const reading = finished(result);
    if (reading === undefined) ended(result);
    else void reading.then(ended);
    return result;
  } catch (error) {
    end(endByError(error, signal));
    throw error;
  }
}

/** A model asked about the conversation, not as a part of it. */
async function aside(
  agent: AgentShape & object,
  watch: AppWatch,
  go: () => unknown,
): Promise<unknown> {
  const parent = currentScope.getStore();
  if (parent === undefined || currentProbe() !== undefined) return go();
  const { runs: tracker, calls, faults } = watch;
  const path = `${parent.path}/title`;
  const scope = faults.guard(() =>
    tracker.begin({ kind: 'agent', path, owner: agent, parent, aside: true }),
  );
  if (scope === undefined) return go();
  calls.adopt(scope);
  try {
    const title = await currentScope.run(scope, async () => go());
    faults.guard(() => tracker.end(scope, 'done', true));
    return title;
  } catch (error) {
    faults.guard(() => tracker.end(scope, 'failed', true));
    throw error;
  }
}
