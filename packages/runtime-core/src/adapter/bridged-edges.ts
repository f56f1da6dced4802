import type { TopologyEdge } from '../topology.ts';

/** Of two edges in a row, the stronger promise describes the bridge: what is conditional stays conditional. */
const strength: Readonly<Record<TopologyEdge['kind'], number>> = {
  static: 0,
  branch: 1,
  command: 2,
  delegate: 3,
  'fan-out': 4,
  join: 5,
};

type Way = Pick<TopologyEdge, 'kind' | 'weight'>;

function bridged(first: Way, second: Way): Way {
  const { kind } = strength[first.kind] >= strength[second.kind] ? first : second;
  const weight = (first.weight ?? 1) * (second.weight ?? 1);
  return weight === 1 ? { kind } : { kind, weight };
}

/** Edges from which nodes that ask no model can be taken out. Of edges with the same ends the first stays. */
export class BridgedEdges {
  readonly #from = new Map<string, Map<string, Way>>();
  readonly #into = new Map<string, Set<string>>();

  constructor(edges: Iterable<TopologyEdge>) {
    for (const { from, to, ...way } of edges) this.#add(from, to, way);
  }

  #add(from: string, to: string, way: Way): void {
    const targets = this.#from.get(from) ?? new Map<string, Way>();
    if (targets.has(to)) return;
    this.#from.set(from, targets.set(to, way));
    this.#into.set(to, (this.#into.get(to) ?? new Set()).add(from));
  }

  /** Takes a node out, its predecessors linked to its successors; returns the predecessors. */
  bridge(node: string): readonly string[] {
    const outs = [...(this.#from.get(node) ?? [])].filter(([to]) => to !== node);
    const ins = [...(this.#into.get(node) ?? [])].filter((from) => from !== node);
    for (const from of ins) {
      const way = this.#from.get(from)?.get(node) ?? { kind: 'static' };
      this.#from.get(from)?.delete(node);
      for (const [to, next] of outs) this.#add(from, to, bridged(way, next));
    }
    for (const [to] of outs) this.#into.get(to)?.delete(node);
    this.#from.delete(node);
    this.#into.delete(node);
    return ins;
  }

  *[Symbol.iterator](): Generator<TopologyEdge> {
    for (const [from, targets] of this.#from) {
      for (const [to, way] of targets) yield { from, to, ...way };
    }
  }
}
