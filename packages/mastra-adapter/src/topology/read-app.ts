import type { EdgeKind } from '@entresol/runtime-core';
import {
  choosesAgents,
  entriesOf,
  innerAgent,
  isAgent,
  isAgentEntry,
  isFlowEntry,
  isNestedWorkflow,
  isObject,
  isStep,
  isWorkflow,
  staticAgents,
} from '../mastra-shape.ts';
import type { FlowEntry, MastraShape, WorkflowShape } from '../mastra-shape.ts';
import { createGraph, link } from './app-graph.ts';
import type { AppGraph, Tail } from './app-graph.ts';

/** Finds the agent that an entry names only by its id. */
type AgentById = (id: string) => unknown;

/** Adds agents and workflows to a graph, each where it is used. */
export class AppReader {
  readonly graph: AppGraph = createGraph();
  readonly #agentById: AgentById;

  constructor(agentById: AgentById) {
    this.#agentById = agentById;
  }

  /** An agent at a path, and whoever it can delegate to. `above` are the agents that lead here. */
  agent(path: string, value: unknown, above: ReadonlySet<unknown> = new Set()): void {
    const agent = innerAgent(value);
    const { nodes, unknown } = this.graph;
    if (nodes.get(path) === 'agent') return;
    nodes.set(path, 'agent');
    if (!isObject(agent)) return;
    if (choosesAgents(agent)) unknown.add(path);
    const lineage = new Set([...above, agent]);
    for (const [key, found] of entriesOf(staticAgents(agent))) {
      const inner = innerAgent(found);
      if (lineage.has(inner)) continue;
      const name = isAgent(inner) ? inner.id : key;
      this.agent(`${path}/${name}`, inner, lineage);
      this.#delegate(path, `${path}/${name}`);
    }
  }

  #delegate(from: string, to: string): void {
    link(this.graph, { from, to, kind: 'delegate' });
    link(this.graph, { from: to, to: from, kind: 'delegate' });
  }

  /** A workflow that an agent can call as a tool, wherever the agent is used. */
  workflowTool(agentId: string, workflow: WorkflowShape): void {
    const paths = [...this.graph.nodes].flatMap(([path, role]) =>
      role === 'agent' && lastOf(path) === agentId ? [path] : [],
    );
    for (const agentPath of paths) {
      const path = `${agentPath}/${workflow.id}`;
      if (this.graph.nodes.has(path)) continue;
      const tails = this.workflow(path, workflow, [{ from: agentPath, kind: 'delegate' }]);
      for (const { from } of tails) link(this.graph, { from, to: agentPath, kind: 'delegate' });
    }
  }

  /** A workflow at a path; returns where it ends. */
  workflow(path: string, workflow: WorkflowShape, tails: readonly Tail[]): readonly Tail[] {
    this.graph.nodes.set(path, 'silent');
    this.#arrive(path, tails);
    let at: readonly Tail[] = [{ from: path, kind: 'static' }];
    for (const entry of workflow.stepGraph) at = this.#entry(path, entry, at);
    return at;
  }

  #entry(path: string, entry: FlowEntry, tails: readonly Tail[]): readonly Tail[] {
    const one = isFlowEntry(entry.step) ? entry.step : undefined;
    switch (entry.type) {
      case 'parallel':
        return this.#beside(path, entry.steps ?? [], tails).map(arriving('join'));
      case 'conditional':
        return this.#branches(path, entry, tails);
      case 'foreach':
        if (one === undefined) return tails;
        return this.#single(path, one, tails.map(arriving('fan-out'))).map(arriving('join'));
      case 'loop':
        return one === undefined ? tails : this.#loop(path, one, tails);
      default:
        return this.#single(path, entry, tails);
    }
  }

  #beside(path: string, entries: readonly FlowEntry[], tails: readonly Tail[]): readonly Tail[] {
    return entries.flatMap((entry) => this.#single(path, entry, tails));
  }

  #branches(path: string, { steps = [], metadata }: FlowEntry, tails: readonly Tail[]) {
    const weights = priorWeights(metadata, steps.length);
    return steps.flatMap((entry, at) =>
      this.#single(path, entry, tails.map(arriving('branch')), weights?.[at]).map(
        arriving('static'),
      ),
    );
  }

  #loop(path: string, entry: FlowEntry, tails: readonly Tail[]): readonly Tail[] {
    const before = this.graph.edges.length;
    const ends = this.#single(path, entry, tails).map(arriving('branch'));
    const heads = this.graph.edges
      .slice(before)
      .filter(({ from }) => tails.some((tail) => tail.from === from))
      .map((edge) => edge.to);
    for (const head of new Set(heads)) this.#arrive(head, ends);
    return ends;
  }

  /** One step, agent, tool or nested workflow. */
  #single(
    path: string,
    entry: FlowEntry,
    tails: readonly Tail[],
    weight?: number,
  ): readonly Tail[] {
    const name = nameOf(entry);
    const here = `${path}/${name}`;
    if (isAgentEntry(entry)) {
      this.agent(here, entry.agent ?? this.#agentById(name));
      this.#arrive(here, tails, weight);
      return [{ from: here, kind: 'static' }];
    }
    if (isNestedWorkflow(entry.step)) {
      const known = this.graph.nodes.has(here);
      if (known) this.#arrive(here, tails, weight);
      return this.workflow(
        here,
        entry.step,
        tails.map((tail) => ({ ...tail })),
      );
    }
    if (!this.graph.nodes.has(here)) this.graph.nodes.set(here, 'silent');
    this.#arrive(here, tails, weight);
    return [{ from: here, kind: 'static' }];
  }

  #arrive(path: string, tails: readonly Tail[], weight?: number): void {
    for (const { from, kind } of tails) {
      link(this.graph, { from, to: path, kind, ...(weight === undefined ? {} : { weight }) });
    }
  }
}

/** Name of an entry inside its workflow: of an agent its id, whatever the entry is called. */
export function nameOf({ type, agent, agentId, step, id }: FlowEntry): string {
  if (type === 'agent') {
    const inner = innerAgent(agent);
    return (isAgent(inner) ? inner.id : agentId) ?? id ?? 'agent';
  }
  return isStep(step) ? step.id : (id ?? type);
}

function arriving(kind: EdgeKind): (tail: Tail) => Tail {
  return ({ from }) => ({ from, kind });
}

/** `metadata: { prob: [0.3, 0.7] }` of a branch: how likely each of its targets is. */
function priorWeights(metadata: unknown, branches: number): readonly number[] | undefined {
  const given: unknown = isObject(metadata) ? metadata['prob'] : undefined;
  if (!Array.isArray(given) || given.length !== branches) return undefined;
  const weights = given.filter((one): one is number => typeof one === 'number' && one > 0);
  return weights.length === branches ? weights : undefined;
}

/** The graph of an app: its workflows, and its agents where nobody else uses them. */
export function readApp(mastra: MastraShape, agentById: AgentById): AppReader {
  const reader = new AppReader(agentById);
  const { graph } = reader;
  const start: readonly Tail[] = [{ from: 'START', kind: 'static' }];
  for (const [, workflow] of entriesOf(mastra.listWorkflows())) {
    if (!isWorkflow(workflow)) continue;
    for (const { from, kind } of reader.workflow(workflow.id, workflow, start)) {
      link(graph, { from, to: 'END', kind });
    }
  }
  const agents = entriesOf(mastra.listAgents()).map(([, agent]) => innerAgent(agent));
  const used = usedAgents(agents, graph);
  for (const agent of agents) {
    if (!isAgent(agent) || used.has(agent.id)) continue;
    reader.agent(agent.id, agent);
    link(graph, { from: 'START', to: agent.id, kind: 'static' });
    link(graph, { from: agent.id, to: 'END', kind: 'static' });
  }
  return reader;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Ids of agents that a workflow or another agent uses: they are declared there. */
function usedAgents(agents: readonly unknown[], graph: AppGraph): ReadonlySet<string> {
  const used = new Set([...graph.nodes.keys()].map(lastOf));
  for (const agent of agents) {
    if (!isObject(agent)) continue;
    for (const [, sub] of entriesOf(staticAgents(agent))) {
      const inner = innerAgent(sub);
      if (isAgent(inner) && inner !== agent) used.add(inner.id);
    }
  }
  return used;
}
