import { graphOf, graphOfNode, graphsInNode, stepsOf, toolHolderOf } from '../graph-shape.ts';
import type { CompiledGraph } from '../graph-shape.ts';
import { nodeNames } from '../local-graph.ts';
import { joinPath } from '../node-graph.ts';
import { isModel, surveyModel } from './survey-model.ts';
import type { SurveyedModel } from './survey-model.ts';

export type { SurveyedModel } from './survey-model.ts';

/** What can be read of a compiled graph without running it. */
export interface GraphSurvey {
  /** True when the graph was given a name of its own. */
  readonly isNamed: boolean;
  /** True when runs are saved, so that a user can be asked and a session can come back. */
  readonly hasCheckpointer: boolean;
  /** Paths of the nodes that hold a graph or call a declared one. */
  readonly subgraphs: readonly string[];
  /** Tools before which a policy can act, by the node that runs them. */
  readonly tools: readonly { readonly node: string; readonly tool: string }[];
  readonly models: readonly SurveyedModel[];
  /** Nodes that are code: which models they call shows only when they run. */
  readonly opaque: readonly string[];
  /** True for a `createAgent` agent with `agentRuntimeMiddleware`, which brings the client itself. */
  readonly hasMiddleware: boolean;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What a runnable is bound to, through `bindTools`, `withConfig` and `withRetry`. */
function unbound(runnable: unknown): unknown {
  let inner = runnable;
  while (isObject(inner) && !isModel(inner) && isObject(inner['bound'])) inner = inner['bound'];
  return inner;
}

function nameOfTool(tool: unknown): readonly string[] {
  return isObject(tool) && typeof tool['name'] === 'string' ? [tool['name']] : [];
}

/**
 * Reads a compiled graph or `createAgent` agent: subgraphs, tools and the models that are not hidden in code.
 * @throws {TypeError} when `app` is neither
 */
export function surveyGraph(app: unknown): GraphSurvey {
  const root = graphOf(app);
  const subgraphs: string[] = [];
  const tools: { readonly node: string; readonly tool: string }[] = [];
  const models: SurveyedModel[] = [];
  const opaque: string[] = [];
  const options = isObject(app) && isObject(app['options']) ? app['options'] : undefined;
  const agentModel = options?.['model'];
  if (agentModel !== undefined) models.push(surveyModel('model_request', unbound(agentModel)));

  const walk = (graph: CompiledGraph, path: string, outer: ReadonlySet<CompiledGraph>): void => {
    const seen = new Set([...outer, graph]);
    for (const name of nodeNames(graph)) {
      const node = graph.nodes[name];
      if (node === undefined) continue;
      const at = joinPath(path, name);
      const held = graphOfNode(node);
      const inner = held === undefined ? graphsInNode(node) : [held];
      if (inner.length > 0) subgraphs.push(at);
      for (const one of inner) if (!seen.has(one)) walk(one, at, seen);
      const holder = toolHolderOf(node);
      for (const tool of holder?.tools.flatMap(nameOfTool) ?? []) tools.push({ node: at, tool });
      if (held !== undefined || holder !== undefined) continue;
      const found = stepsOf(node.bound)
        .map(unbound)
        .filter((step) => isModel(step));
      for (const model of found) models.push(surveyModel(at, model));
      const isAgentModel = agentModel !== undefined && at === 'model_request';
      if (found.length === 0 && !isAgentModel) opaque.push(at);
    }
  };
  walk(root, '', new Set());
  const middleware: unknown = options?.['middleware'];
  return {
    isNamed: root.getName() !== 'LangGraph',
    hasCheckpointer: isObject(Reflect.get(root, 'checkpointer')),
    subgraphs,
    tools,
    models,
    opaque,
    hasMiddleware:
      Array.isArray(middleware) &&
      middleware.some((one) => isObject(one) && one['name'] === 'AgentRuntimeMiddleware'),
  };
}
