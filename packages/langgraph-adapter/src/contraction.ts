import type { EdgeKind, Topology, TopologyEdge } from '@entresol/runtime-core';
import { entryOf, exitOf } from './node-graph.ts';
import type { NodeEdge, NodeGraph } from './node-graph.ts';

/** Of two edges in a row, the stronger promise describes the bridge: what is conditional stays conditional. */
const strength: Readonly<Record<EdgeKind, number>> = {
  static: 0,
  branch: 1,
  command: 2,
  delegate: 3,
  'fan-out': 4,
  join: 5,
};

function bridged(first: EdgeKind, second: EdgeKind): EdgeKind {
  return strength[first] >= strength[second] ? first : second;
}

/** Edges by origin and target; of parallel edges the first stays. */
class EdgeSet {
  readonly #from = new Map<string, Map<string, EdgeKind>>();
  readonly #into = new Map<string, Set<string>>();

  constructor(edges: readonly NodeEdge[]) {
    for (const { from, to, kind } of edges) this.#add(from, to, kind);
  }

  #add(from: string, to: string, kind: EdgeKind): void {
    const targets = this.#from.get(from) ?? new Map<string, EdgeKind>();
    if (targets.has(to)) return;
    this.#from.set(from, targets.set(to, kind));
    this.#into.set(to, (this.#into.get(to) ?? new Set()).add(from));
  }

  /** Takes a node out, its predecessors linked to its successors; returns the predecessors. */
  bridge(node: string): readonly string[] {
    const outs = [...(this.#from.get(node) ?? [])].filter(([to]) => to !== node);
    const ins = [...(this.#into.get(node) ?? [])].filter((from) => from !== node);
    for (const from of ins) {
      const kind = this.#from.get(from)?.get(node) ?? 'static';
      this.#from.get(from)?.delete(node);
      for (const [to, next] of outs) this.#add(from, to, bridged(kind, next));
    }
    for (const [to] of outs) this.#into.get(to)?.delete(node);
    this.#from.delete(node);
    this.#into.delete(node);
    return ins;
  }

  *[Symbol.iterator](): Generator<NodeEdge> {
    for (const [from, targets] of this.#from) {
      for (const [to, kind] of targets) yield { from, to, kind };
    }
  }
}

/** The topology of the nodes that are not `silent`; gates are always contracted. */
export function contract(graph: NodeGraph, silent: ReadonlySet<string>): Topology {
  const edges = new EdgeSet(graph.edges);
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
