import type { Topology } from '@entresol/runtime-core';
import { contract } from './contraction.ts';
import { arrivalAt, departureFrom, entryOf } from './node-graph.ts';
import type { NodeGraph } from './node-graph.ts';

/** Activations without a call after which a node is taken to call no model. */
const enoughSilence = 3;

function toolNodes({ nodes }: NodeGraph): Set<string> {
  return new Set([...nodes].filter(([, role]) => role === 'tools').map(([path]) => path));
}

/** The topology before anything is learned from runs: what makes two graphs alike. */
export function declaredTopology(graph: NodeGraph): Topology {
  return contract(graph, toolNodes(graph));
}

/**
 * The topology as far as it is known. No graph says which of its nodes call a model, so every node except a tool node
 * counts as an agent until it has run {@link enoughSilence} times without a call; a node that has made one call is an
 * agent for ever.
 */
export class LearnedTopology {
  /** Told of each new topology. */
  onChange: ((topology: Topology) => void) | undefined;
  readonly #graph: NodeGraph;
  readonly #silent: Set<string>;
  readonly #callers = new Set<string>();
  readonly #quietRuns = new Map<string, number>();
  #topology: Topology;

  constructor(graph: NodeGraph) {
    this.#graph = graph;
    this.#silent = toolNodes(graph);
    this.#topology = contract(graph, this.#silent);
  }

  get current(): Topology {
    return this.#topology;
  }

  #change(): void {
    this.#topology = contract(this.#graph, this.#silent);
    this.onChange?.(this.#topology);
  }

  /** A node makes a call. `caller` is the node whose code runs it, for a node that no graph declares. */
  noteCall(path: string, caller: string | undefined): void {
    if (this.#callers.has(path)) return;
    this.#callers.add(path);
    this.#quietRuns.delete(path);
    const undeclared = !this.#graph.nodes.has(path);
    if (undeclared) {
      this.#graph.nodes.set(path, 'leaf');
      this.#graph.unknown.add(path);
      if (caller !== undefined) {
        this.#graph.edges.push({ from: caller, to: path, kind: 'delegate' });
        this.#graph.edges.push({ from: path, to: caller, kind: 'delegate' });
      }
    }
    if (this.#silent.delete(path) || undeclared) this.#change();
  }

  /** A node has run to its end without a call of its own. */
  noteQuietRun(path: string): void {
    if (this.#callers.has(path) || this.#silent.has(path) || !this.#graph.nodes.has(path)) return;
    const runs = (this.#quietRuns.get(path) ?? 0) + 1;
    this.#quietRuns.set(path, runs);
    if (runs < enoughSilence) return;
    this.#quietRuns.delete(path);
    this.#silent.add(path);
    this.#change();
  }

  /** A run has begun with a node that no edge from the start leads to: a branch without a path map chose it. */
  noteStart(path: string): void {
    const source = entryOf('');
    const target = arrivalAt(this.#graph, path);
    const isKnown = this.#graph.edges.some(({ from, to }) => from === source && to === target);
    if (isKnown || !this.#graph.unknown.has(source)) return;
    this.#graph.edges.push({ from: source, to: target, kind: 'branch' });
    this.#change();
  }

  /** One node has sent work to another with `Send`, which a branch does not declare. */
  noteFanOut(from: string, to: string): void {
    const source = departureFrom(this.#graph, from);
    const target = arrivalAt(this.#graph, to);
    let changed = false;
    this.#graph.edges = this.#graph.edges.map((edge) => {
      if (edge.from !== source || edge.to !== target || edge.kind !== 'branch') return edge;
      changed = true;
      return { ...edge, kind: 'fan-out' };
    });
    if (changed) this.#change();
  }
}
