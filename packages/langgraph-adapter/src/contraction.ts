import type { Topology, TopologyEdge } from '@entresol/runtime-core';
import { BridgedEdges } from '@entresol/runtime-core/adapter';
import { entryOf, exitOf } from './node-graph.ts';
import type { NodeGraph } from './node-graph.ts';

/** The topology of the nodes that are not `silent`; gates are always contracted. */
export function contract(graph: NodeGraph, silent: ReadonlySet<string>): Topology {
  const edges = new BridgedEdges(graph.edges);
  const unknown = new Set(graph.unknown);
  const start = entryOf('');
  const end = exitOf('');
  const agents: string[] = [];
  for (const [path, role] of graph.nodes) {
    if (role !== 'gate' && !silent.has(path)) {
      agents.push(path);
      continue;
    }
    if (path === start || path === end) continue;
    const before = edges.bridge(path);
    if (unknown.delete(path)) for (const from of before) unknown.add(from);
  }
  const declared: TopologyEdge[] = [...edges].map(({ from, to, kind }) => ({
    from: from === start ? 'START' : from,
    to: to === end ? 'END' : to,
    kind,
  }));
  return { agents, edges: declared, unknownTargets: agents.filter((path) => unknown.has(path)) };
}
