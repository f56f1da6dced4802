import type { Topology } from '@entresol/runtime-core';
import { link } from './app-graph.ts';
import type { AppGraph } from './app-graph.ts';
import { contract } from './contraction.ts';

/** The topology as far as it is known: what the app declares, and the agents that its code calls by hand. */
export class LearnedTopology {
  /** Told of each new topology. */
  onChange: ((topology: Topology) => void) | undefined;
  readonly #graph: AppGraph;
  #topology: Topology;

  constructor(graph: AppGraph) {
    this.#graph = graph;
    this.#topology = contract(graph);
  }

  get current(): Topology {
    return this.#topology;
  }

  /** The graph has grown. */
  refresh(): void {
    const topology = contract(this.#graph);
    if (JSON.stringify(topology) === JSON.stringify(this.#topology)) return;
    this.#topology = topology;
    this.onChange?.(topology);
  }

  /**
   * An agent calls its model.
   * @param around paths of what it runs in, nearest first
   */
  noteCall(path: string, around: readonly string[]): void {
    const { nodes } = this.#graph;
    if (nodes.get(path) === 'agent') return;
    const caller = around.find((one) => nodes.has(one));
    nodes.set(path, 'agent');
    if (caller === undefined) {
      link(this.#graph, { from: 'START', to: path, kind: 'branch' });
      link(this.#graph, { from: path, to: 'END', kind: 'branch' });
    } else {
      link(this.#graph, { from: caller, to: path, kind: 'delegate' });
      link(this.#graph, { from: path, to: caller, kind: 'delegate' });
    }
    this.refresh();
  }
}
