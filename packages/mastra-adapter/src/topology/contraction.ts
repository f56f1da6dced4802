import type { EdgeKind, Topology } from '@entresol/runtime-core';
import type { AppGraph, GraphEdge } from './app-graph.ts';

/** Of two edges in a row, the stronger promise describes the bridge: what is conditional stays conditional. */
const strength: Readonly<Record<EdgeKind, number>> = {
  static: 0,
  branch: 1,
  command: 2,
  delegate: 3,
  'fan-out': 4,
  join: 5,
};

function bridge(first: GraphEdge, second: GraphEdge): GraphEdge {
  const kind = strength[first.kind] >= strength[second.kind] ? first.kind : second.kind;
  const weight = (first.weight ?? 1) * (second.weight ?? 1);
  return { from: first.from, to: second.to, kind, ...(weight === 1 ? {} : { weight }) };
}

function withoutDoubles(edges: readonly GraphEdge[]): GraphEdge[] {
  const byEnds = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const ends = JSON.stringify([edge.from, edge.to]);
    if (!byEnds.has(ends)) byEnds.set(ends, edge);
  }
  return [...byEnds.values()];
}

/** The topology of the agents alone: steps that call no model are bridged. */
export function contract(graph: AppGraph): Topology {
  let edges: readonly GraphEdge[] = graph.edges;
  for (const [path, role] of graph.nodes) {
    if (role !== 'silent') continue;
    const ins = edges.filter(({ from, to }) => to === path && from !== path);
    const outs = edges.filter(({ from, to }) => from === path && to !== path);
    const others = edges.filter(({ from, to }) => from !== path && to !== path);
    const bridges = ins.flatMap((first) => outs.map((second) => bridge(first, second)));
    edges = withoutDoubles([...others, ...bridges]);
  }
  return {
    agents: [...graph.nodes].filter(([, role]) => role === 'agent').map(([path]) => path),
    edges: withoutDoubles(edges).filter(({ from, to }) => from !== 'START' || to !== 'END'),
    unknownTargets: [...graph.unknown].filter((path) => graph.nodes.get(path) === 'agent'),
  };
}
