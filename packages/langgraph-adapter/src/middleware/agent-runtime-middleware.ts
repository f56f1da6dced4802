import type { AdapterHost } from '@entresol/runtime-core';
import type { RunnableConfig } from '@langchain/core/runnables';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import { AIMessage, createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import type { ClientSource } from '../model-shape.ts';
import { modelNode, toolsNode } from './agent-graph.ts';
import { AgentObserver } from './agent-observer.ts';
import { ManagedModels } from './managed-models.ts';
import { ModelHandler } from './model-handler.ts';

export interface AgentRuntimeMiddlewareConfig {
  readonly runtime: AdapterHost & ClientSource;
  /** Name of the engine in `createRuntime({ engines })`; the first one if not given. */
  readonly engine?: string;
  /** Id of the workload. Default: the agent's name. */
  readonly id?: string;
  /** Stands in for the agent's name when no id is given. */
  readonly name?: string;
}

/**
 * Puts a `createAgent` agent under a runtime: its sessions, dispatches, calls and tools are observed, its requests go
 * through `runtime.client()`, and policies may act on its tools. List it first, so that it surrounds other middleware.
 * Where the agent or a graph around it is attached, `attach` observes and acts, and this only brings the client.
 *
 * @throws {RuntimeConfigError} `unknown-engine`
 */
export function agentRuntimeMiddleware({
  runtime,
  engine,
  ...naming
}: AgentRuntimeMiddlewareConfig): AgentMiddleware {
  const observer = new AgentObserver({ host: runtime, ...naming });
  const models = new ManagedModels(runtime.client(engine).fetch, new ModelHandler(observer));
  return createMiddleware({
    name: 'AgentRuntimeMiddleware',
    wrapModelCall: async (request, handler) => {
      const model = models.of(request.model);
      const managed = model === request.model ? request : { ...request, model };
      const activation = observer.enter(modelNode, currentConfig(), keyOf(request.runtime));
      if (activation === undefined) return handler(managed);
      try {
        const answer = await handler(managed);
        const runGoesOn = !AIMessage.isInstance(answer) || (answer.tool_calls ?? []).length > 0;
        activation.done(undefined, runGoesOn);
        return answer;
      } catch (error) {
        activation.failed(error);
        throw error;
      }
    },
    wrapToolCall: async (request, handler) => {
      const config = currentConfig();
      const activation = observer.enter(toolsNode, config, keyOf(request.runtime));
      if (activation === undefined) return handler(request);
      const { attached, runId, session } = activation;
      const { name, args, id = '' } = request.toolCall;
      const { tracker } = attached.observer;
      const run = async (): Promise<Awaited<ReturnType<typeof handler>>> => {
        const toolRun = `${runId}/tool`;
        tracker.toolStart(toolRun, runId, name);
        try {
          const answer = await handler(request);
          tracker.toolEnd(toolRun);
          return answer;
        } catch (error) {
          tracker.toolError(toolRun, error);
          throw error;
        }
      };
      try {
        const call = { name, args, id, session, agent: modelNode };
        const answer = await attached.keeper.toolCall(call, config, run);
        activation.done(answer, true);
        return answer;
      } catch (error) {
        activation.failed(error);
        throw error;
      }
    },
  });
}

/** Nodes of an agent are functions, for which the async context is always their own. */
function currentConfig(): RunnableConfig {
  return AsyncLocalStorageProviderSingleton.getRunnableConfig() ?? {};
}

/** LangGraph makes one writer for each run of a graph. */
function keyOf({ writer }: { readonly writer?: unknown }): object | undefined {
  return typeof writer === 'function' ? writer : undefined;
}
