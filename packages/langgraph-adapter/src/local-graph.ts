import type { EdgeKind } from '@entresol/runtime-core';
import type { CompiledGraph, RetryPolicy } from './graph-shape.ts';

/** LangGraph's own names of the two ends of a graph. */
export const startNode = '__start__';
export const endNode = '__end__';

interface LocalEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

/** How often a node may be tried, and the longest pause between two attempts, in ms. */
export interface Retries {
  readonly attempts: number;
  readonly pauseMs: number;
}

/** LangGraph's own defaults, and the most that it adds at random. */
const defaultAttempts = 3;
const defaultPauseMs = 128_000;
const jitterMs = 1_000;

/** For a graph that nobody has declared: it may have any policy. */
export const unknownRetries: Retries = {
  attempts: Number.POSITIVE_INFINITY,
  pauseMs: defaultPauseMs + jitterMs,
};
const noRetries: Retries = { attempts: 1, pauseMs: 0 };

function readRetries(policy: RetryPolicy | undefined): Retries {
  if (policy === undefined) return noRetries;
  const { maxAttempts = defaultAttempts, maxInterval = defaultPauseMs } = policy;
  return { attempts: maxAttempts, pauseMs: maxInterval + jitterMs };
}

/** One compiled graph by its own node names, subgraphs closed. */
export interface LocalGraph {
  readonly edges: readonly LocalEdge[];
  /** Nodes with a branch that has no path map: it may go to any node. */
  readonly unknown: ReadonlySet<string>;
  /** Nodes from which a node can be triggered in the next superstep; joins and `Command`s apart. */
  readonly sources: ReadonlyMap<string, ReadonlySet<string>>;
  /** Sources of a join by the trigger it is announced with. */
  readonly joins: ReadonlyMap<string, readonly string[]>;
  /** Nodes that wait until nothing else is left to run. */
  readonly deferred: ReadonlySet<string>;
  /** Error handler → the nodes whose failure it handles. */
  readonly handles: ReadonlyMap<string, ReadonlySet<string>>;
  readonly retries: ReadonlyMap<string, Retries>;
  /** All names, the end included. */
  readonly names: ReadonlySet<string>;
  /** Path maps of the branches of a node; undefined = a branch without one. */
  readonly branches: ReadonlyMap<string, readonly (Readonly<Record<string, string>> | undefined)[]>;
  /** Nodes from which an edge that is no branch leads to a node, joins and `Command`s apart. */
  readonly fixed: ReadonlyMap<string, ReadonlySet<string>>;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

/** Names of the nodes an app wrote, in its order. */
export function nodeNames(graph: CompiledGraph): readonly string[] {
  return Object.keys(graph.nodes).filter((name) => name !== startNode);
}

/**
 * Reads the declared edges from `builder` and `nodes`. The drawable graph is not read: for a branch without a path map
 * it draws an edge to every node, and it draws joins as plain edges.
 */
export function readLocalGraph(graph: CompiledGraph): LocalGraph {
  const edges: LocalEdge[] = [];
  const unknown = new Set<string>();
  const joins = new Map<string, readonly string[]>();
  const deferred = new Set<string>();
  const handles = new Map<string, Set<string>>();
  const branches = new Map<string, readonly (Readonly<Record<string, string>> | undefined)[]>();
  const { builder } = graph;
  for (const [from, to] of builder?.edges ?? []) edges.push({ from, to, kind: 'static' });
  for (const [froms, to] of builder?.waitingEdges ?? []) {
    joins.set(`join:${froms.join('+')}:${to}`, froms);
    for (const from of froms) edges.push({ from, to, kind: 'join' });
  }
  for (const [from, own] of Object.entries(builder?.branches ?? {})) {
    branches.set(
      from,
      Object.values(own).map(({ ends }) => ends),
    );
    for (const { ends } of Object.values(own)) {
      if (ends === undefined) unknown.add(from);
      else for (const to of Object.values(ends)) edges.push({ from, to, kind: 'branch' });
    }
  }
  for (const name of nodeNames(graph)) {
    const node = graph.nodes[name];
    for (const to of node?.ends ?? []) edges.push({ from: name, to, kind: 'command' });
    if (builder === undefined) edges.push({ from: startNode, to: name, kind: 'static' });
    if (builder?.nodes[name]?.defer === true) deferred.add(name);
    // What stops here ends the graph: no edge says so. With `Command` destinations only, it ends when there is no Command.
    const outs = edges.filter((edge) => edge.from === name);
    if (!unknown.has(name) && outs.every((edge) => edge.kind === 'command')) {
      const kind = outs.length === 0 ? 'static' : 'command';
      if (outs.every((edge) => edge.to !== endNode)) edges.push({ from: name, to: endNode, kind });
    }
  }
  const retries = new Map<string, Retries>();
  for (const name of nodeNames(graph)) {
    retries.set(name, readRetries(graph.nodes[name]?.retryPolicy ?? graph.retryPolicy));
    const handler = graph.nodes[name]?.errorHandlerNode;
    if (handler === undefined) continue;
    addTo(handles, handler, name);
    edges.push({ from: name, to: handler, kind: 'branch' });
  }
  const sources = new Map<string, Set<string>>();
  const fixed = new Map<string, Set<string>>();
  for (const { from, to, kind } of edges) {
    if (kind !== 'join' && kind !== 'command') addTo(sources, to, from);
    if (kind === 'static') addTo(fixed, to, from);
  }
  const names = new Set([...nodeNames(graph), endNode]);
  return { edges, unknown, sources, joins, deferred, handles, retries, names, branches, fixed };
}
