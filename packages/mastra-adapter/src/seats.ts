import type { AppWatch } from './app-watch.ts';
import {
  entriesOf,
  innerAgent,
  isAgent,
  isAgentEntry,
  isNestedWorkflow,
  isObject,
  isStep,
  isWorkflow,
  staticAgents,
} from './mastra-shape.ts';
import type { AgentShape, FlowEntry, MastraShape, WorkflowShape } from './mastra-shape.ts';
import { seatStep, seatToolStep } from './step-seat.ts';
import { placesOf, seatWorkflow } from './workflow-seat.ts';

/** Finds all agents and workflows of an app, those that come late too, and watches each once. */
export class Seats {
  /** Told of a workflow that an agent can call, which only asking the agent shows. */
  onWorkflowTool: ((agentId: string, workflow: WorkflowShape) => void) | undefined;
  readonly #watch: AppWatch;
  readonly #seat: (agent: AgentShape & object, face: object) => void;
  readonly #seen = new WeakSet();
  readonly #agents = new Map<string, AgentShape>();

  constructor(watch: AppWatch, seat: (agent: AgentShape & object, face: object) => void) {
    this.#watch = watch;
    this.#seat = seat;
  }

  agent(id: string): AgentShape | undefined {
    return this.#agents.get(id);
  }

  app(mastra: MastraShape & object): void {
    this.#registered(mastra);
    for (const name of ['addAgent', 'addWorkflow']) {
      this.#watch.interposer.method(mastra, name, (args, go) => {
        const added = go(...args);
        this.#registered(mastra);
        return added;
      });
    }
  }

  #registered(mastra: MastraShape): void {
    for (const [, agent] of entriesOf(mastra.listAgents())) this.#agent(agent);
    for (const [, workflow] of entriesOf(mastra.listWorkflows())) this.#workflow(workflow);
  }

  #agent(face: unknown): void {
    if (!isObject(face) || this.#seen.has(face)) return;
    this.#seen.add(face);
    const agent = innerAgent(face);
    if (!isAgent(agent)) return;
    this.#seat(agent, face);
    if (agent !== face) {
      this.#agent(agent);
      return;
    }
    if (!this.#agents.has(agent.id)) this.#agents.set(agent.id, agent);
    for (const [, sub] of entriesOf(staticAgents(agent))) this.#agent(sub);
    // How Mastra makes a stored or overridden version of an agent.
    this.#watch.interposer.method(agent, '__fork', (args, go) => {
      const version = go(...args);
      this.#agent(version);
      return version;
    });
    this.#onListed(agent, 'listAgents', (found) => this.#agent(found));
    this.#onListed(agent, 'listWorkflows', (found) => this.#workflow(found, agent.id));
  }

  /** Watches whatever an agent lists from now on, and what it lists without a request. */
  #onListed(agent: object, name: string, seen: (found: unknown) => void): void {
    const all = (record: unknown): unknown => {
      for (const [, found] of entriesOf(record)) seen(found);
      return record;
    };
    this.#watch.interposer.method(agent, name, (args, go) => {
      const listed = go(...args);
      return listed instanceof Promise ? listed.then(all) : all(listed);
    });
  }

  #workflow(found: unknown, agentId?: string): void {
    if (!isWorkflow(found)) return;
    if (agentId !== undefined) this.onWorkflowTool?.(agentId, found);
    if (this.#seen.has(found)) return;
    this.#seen.add(found);
    seatWorkflow(found, this.#watch);
    for (const { single, name } of placesOf(found)) {
      if (single.type === 'agent') this.#agent(single.agent);
      if (isNestedWorkflow(single.step)) this.#workflow(single.step);
      else if (single.type === 'step' && !isAgentEntry(single)) this.#step(single.step);
      else if (single.type === 'tool') this.#tool(single, name);
    }
  }

  #tool({ tool, toolId = '' }: FlowEntry, name: string): void {
    const found = tool ?? this.#watch.mastra.listTools?.()?.[toolId];
    if (!isObject(found) || this.#seen.has(found)) return;
    this.#seen.add(found);
    seatToolStep(found, name, this.#watch);
  }

  #step(step: unknown): void {
    if (!isStep(step) || this.#seen.has(step)) return;
    this.#seen.add(step);
    seatStep(step, this.#watch);
  }
}
