import type { Topology } from '@entresol/runtime-core';
import { BridgedEdges } from '@entresol/runtime-core/adapter';
import type { AppGraph } from './app-graph.ts';

/** The topology of the agents alone: steps that call no model are bridged. */
export function contract({ nodes, edges: declared, unknown }: AppGraph): Topology {
  const edges = new BridgedEdges(declared);
  for (const [path, role] of nodes) if (role === 'silent') edges.bridge(path);
  const agents = [...nodes].filter(([, role]) => role === 'agent').map(([path]) => path);
  return {
    agents,
    edges: [...edges].filter(({ from, to }) => from !== 'START' || to !== 'END'),
    unknownTargets: agents.filter((path) => unknown.has(path)),
  };
}
