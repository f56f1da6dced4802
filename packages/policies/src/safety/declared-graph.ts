import type { AgentId, Topology } from '@entresol/runtime-core';

/**
 * Steps that the declared graph of a workload has. Declarations add up: a node that turns out to call no model leaves
 * the graph, and the steps over it are still taken.
 */
export class DeclaredGraph {
  readonly #nodes = new Set<string>();
  readonly #steps = new Set<string>();

  add({ agents, edges }: Topology): void {
    for (const agent of agents) for (const node of withContainers(agent)) this.#nodes.add(node);
    for (const { from, to } of edges) {
      // A subgraph is entered and left under its own name, its agents being declared under longer ones.
      for (const source of withContainers(from)) {
        for (const target of withContainers(to)) {
          if (!contains(source, target) && !contains(target, source)) {
            this.#steps.add(JSON.stringify([source, target]));
          }
        }
      }
    }
  }

  /** A node that calls no model is in no declared graph: rules for agents say nothing of it. */
  allows(from: AgentId, to: AgentId): boolean {
    if (!this.#nodes.has(from) || !this.#nodes.has(to)) return true;
    return this.#steps.has(JSON.stringify([from, to]));
  }
}

function withContainers(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
}

const contains = (outer: string, inner: string): boolean => inner.startsWith(`${outer}/`);
