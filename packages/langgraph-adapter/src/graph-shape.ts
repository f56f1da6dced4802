import type { RunnableConfig } from '@langchain/core/runnables';

/** What this adapter reads of a retry policy. */
export interface RetryPolicy {
  readonly maxAttempts?: number;
  /** In ms. */
  readonly maxInterval?: number;
}

/** What this adapter reads of a compiled node. */
export interface GraphNode {
  readonly bound?: unknown;
  readonly subgraphs?: readonly unknown[];
  /** Declared `Command` destinations. */
  readonly ends?: readonly string[];
  readonly isErrorHandler?: boolean;
  readonly errorHandlerNode?: string;
  readonly retryPolicy?: RetryPolicy;
}

/** What this adapter reads of the builder that a compiled graph keeps. */
interface GraphBuilder {
  readonly nodes: Readonly<Record<string, { readonly defer?: boolean }>>;
  readonly edges: Iterable<readonly [string, string]>;
  readonly waitingEdges?: Iterable<readonly [readonly string[], string]>;
  readonly branches: Readonly<
    Record<string, Readonly<Record<string, { readonly ends?: Readonly<Record<string, string>> }>>>
  >;
}

/**
 * A compiled graph by its shape. Not by `instanceof`: the ESM and CJS builds of LangGraph have different classes, and one
 * process may hold both.
 */
export interface CompiledGraph {
  readonly lg_is_pregel: true;
  readonly nodes: Readonly<Record<string, GraphNode>>;
  /** Absent for the functional API (`entrypoint`). */
  readonly builder?: GraphBuilder;
  /** Of nodes without one of their own. */
  readonly retryPolicy?: RetryPolicy;
  getName(): string;
  config?: RunnableConfig;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCompiledGraph(value: unknown): value is CompiledGraph {
  return (
    isObject(value) &&
    value['lg_is_pregel'] === true &&
    isObject(value['nodes']) &&
    typeof value['getName'] === 'function'
  );
}

/** The steps of a `RunnableSequence`, or the value itself. */
export function stepsOf(bound: unknown): readonly unknown[] {
  return isObject(bound) && Array.isArray(bound['steps']) ? bound['steps'] : [bound];
}

/** The graph that a node *is*, when it is nothing else. */
export function graphOfNode(node: GraphNode): CompiledGraph | undefined {
  return isCompiledGraph(node.bound) ? node.bound : undefined;
}

/** The graphs that a node's own code runs: declared with `subgraphs`, or steps of a sequence. */
export function graphsInNode(node: GraphNode): readonly CompiledGraph[] {
  if (graphOfNode(node) !== undefined) return [];
  return [...new Set([...(node.subgraphs ?? []), ...stepsOf(node.bound)].filter(isCompiledGraph))];
}

/** A `ToolNode`, prebuilt or made by `createAgent`. */
export interface ToolHolder {
  tools: readonly unknown[];
}

function isToolHolder(bound: unknown): bound is ToolHolder {
  return isObject(bound) && Array.isArray(bound['tools']);
}

export function toolHolderOf({ bound }: GraphNode): ToolHolder | undefined {
  return isToolHolder(bound) ? bound : undefined;
}

export function runsTools(node: GraphNode): boolean {
  return toolHolderOf(node) !== undefined;
}

function describe(app: unknown): string {
  if (!isObject(app)) return app === null ? 'null' : `a ${typeof app}`;
  if (app['lg_is_pregel'] === true) return 'a graph whose nodes are not in this process';
  const name: unknown = Object.getPrototypeOf(app)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object';
}

/**
 * The compiled graph behind what the app uses: itself, or the `graph` of a `createAgent()` agent.
 * @throws {TypeError} for anything else; the message says what it got and what to pass
 */
export function graphOf(app: unknown): CompiledGraph {
  if (isCompiledGraph(app)) return app;
  if (isObject(app) && isCompiledGraph(app['graph'])) return app['graph'];
  const fix =
    isObject(app) && typeof app['compile'] === 'function'
      ? 'Call .compile() on it first.'
      : 'Pass what StateGraph.compile(), entrypoint() or createAgent() returned.';
  throw new TypeError(
    `attach() takes a compiled LangGraph graph or a createAgent() agent, and got ${describe(app)}. ${fix}`,
  );
}
