import type { EdgeKind, TopologyEdge } from '@entresol/runtime-core';

/** What is known of an app: its agents and steps by path, and what can follow what. */
export interface AppGraph {
  /** By path; `silent` for what calls no model of its own. */
  readonly nodes: Map<string, 'agent' | 'silent'>;
  readonly edges: TopologyEdge[];
  /** Paths of agents with successors that only runs show. */
  readonly unknown: Set<string>;
}

/** How something was arrived at, so that what comes next can be linked to it. */
export interface Tail {
  readonly from: string;
  readonly kind: EdgeKind;
}

export function createGraph(): AppGraph {
  return { nodes: new Map(), edges: [], unknown: new Set() };
}

/** Of edges with the same ends the first stays. */
export function link(graph: AppGraph, edge: TopologyEdge): void {
  const isKnown = graph.edges.some(({ from, to }) => from === edge.from && to === edge.to);
  if (!isKnown) graph.edges.push(edge);
}
