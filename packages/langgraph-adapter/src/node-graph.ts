import type { TopologyEdge } from '@entresol/runtime-core';
import { graphOfNode, graphsInNode, runsTools } from './graph-shape.ts';
import type { CompiledGraph } from './graph-shape.ts';
import { endNode, nodeNames, readLocalGraph, startNode } from './local-graph.ts';
import type { LocalGraph } from './local-graph.ts';

/** `gate` = the entry or exit of a graph, which runs nothing. */
export type NodeRole = 'leaf' | 'tools' | 'gate';

/** A graph and all graphs inside it as one, nodes named by path (`research/web`). */
export interface NodeGraph {
  readonly nodes: Map<string, NodeRole>;
  edges: TopologyEdge[];
  /** Nodes with targets that are known only when they run. */
  readonly unknown: Set<string>;
  /** Each graph under its own names, by the path of the node that holds it; '' = the attached one. */
  readonly graphs: Map<string, LocalGraph>;
}

/** Gates carry `|`, which LangGraph forbids in node names. */
export function entryOf(path: string): string {
  return `${path}|START`;
}
export function exitOf(path: string): string {
  return `${path}|END`;
}

export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** Where a declared edge into `path` arrives: the node, or the entry of the graph that the node is. */
export function arrivalAt(graph: NodeGraph, path: string): string {
  return graph.nodes.has(path) ? path : entryOf(path);
}

/** Where a declared edge out of `path` leaves. */
export function departureFrom(graph: NodeGraph, path: string): string {
  return graph.nodes.has(path) ? path : exitOf(path);
}

function expand(
  whole: NodeGraph,
  graph: CompiledGraph,
  path: string,
  within: ReadonlySet<CompiledGraph>,
): void {
  const inside = new Set([...within, graph]);
  const local = readLocalGraph(graph);
  whole.graphs.set(path, local);
  whole.nodes.set(entryOf(path), 'gate').set(exitOf(path), 'gate');
  for (const name of nodeNames(graph)) {
    const node = graph.nodes[name];
    if (node === undefined) continue;
    const at = joinPath(path, name);
    const container = graphOfNode(node);
    // A graph inside itself has no end; it is opened once.
    if (container !== undefined && !inside.has(container)) {
      expand(whole, container, at, inside);
      continue;
    }
    whole.nodes.set(at, runsTools(node) ? 'tools' : 'leaf');
    const called = graphsInNode(node).filter((inner) => !inside.has(inner));
    for (const inner of called) expand(whole, inner, at, inside);
    if (called.length > 0) {
      whole.edges.push({ from: at, to: entryOf(at), kind: 'delegate' });
      whole.edges.push({ from: exitOf(at), to: at, kind: 'delegate' });
    }
  }
  const source = (name: string): string =>
    name === startNode ? entryOf(path) : departureFrom(whole, joinPath(path, name));
  for (const { from, to, kind } of local.edges) {
    const target = to === endNode ? exitOf(path) : arrivalAt(whole, joinPath(path, to));
    whole.edges.push({ from: source(from), to: target, kind });
  }
  for (const name of local.unknown) whole.unknown.add(source(name));
}

/** Reads a compiled graph with everything inside it. */
export function readNodeGraph(graph: CompiledGraph): NodeGraph {
  const whole: NodeGraph = {
    nodes: new Map(),
    edges: [],
    unknown: new Set(),
    graphs: new Map(),
  };
  expand(whole, graph, '', new Set());
  return whole;
}
