/** What is read and replaced of Mastra's objects. By shape: the ESM and CJS builds of a class are different classes. */
export interface AgentShape {
  readonly id: string;
  /** A model, its name or configuration, a list of fallbacks, or a function of the request that returns one. */
  model: unknown;
  getModel(options: { readonly requestContext?: unknown; readonly modelConfig?: unknown }): unknown;
  generate(input: unknown, options?: RunOptions): Promise<unknown>;
}

/** Options of a run that are read; all others pass through. */
export interface RunOptions {
  readonly memory?: unknown;
  readonly runId?: string;
  readonly requestContext?: unknown;
  readonly abortSignal?: AbortSignal;
  /** Of a resumption: the tool that the answer is about. */
  readonly toolCallId?: string;
  /** In the place of the agent's own, for this run. */
  readonly model?: unknown;
  /** Of durable agents, whose stream may stay open while the run waits. */
  readonly onSuspended?: unknown;
}

export interface WorkflowShape {
  readonly id: string;
  readonly stepGraph: readonly FlowEntry[];
}

export interface StepShape {
  readonly id: string;
  readonly component?: string;
  execute?: unknown;
}

/** One entry of a workflow's step graph, as `workflow.stepGraph` holds it. */
export interface FlowEntry {
  readonly type: string;
  readonly id?: string;
  readonly metadata?: unknown;
  readonly step?: unknown;
  readonly steps?: readonly FlowEntry[];
  readonly agentId?: string;
  readonly agent?: unknown;
  readonly toolId?: string;
  readonly tool?: unknown;
}

export interface MastraShape {
  getStorage?(): unknown;
  listAgents(): Readonly<Record<string, unknown>>;
  listWorkflows(): Readonly<Record<string, unknown>>;
  listTools?(): Readonly<Record<string, unknown>> | undefined;
}

type Methods = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function has(value: unknown, ...methods: readonly string[]): value is Methods {
  return isObject(value) && methods.every((name) => typeof value[name] === 'function');
}

export function isMastra(value: unknown): value is MastraShape & object {
  return has(value, 'listAgents', 'listWorkflows', 'getAgentById', 'addAgent');
}

/** An agent with a model of its own; agents of other frameworks that Mastra only relays to have none. */
export function isAgent(value: unknown): value is AgentShape & object {
  return has(value, 'generate', 'stream', 'getModel') && typeof value['id'] === 'string';
}

export function isWorkflow(value: unknown): value is WorkflowShape & object {
  return has(value, 'createRun') && Array.isArray(value['stepGraph']) && 'id' in value;
}

export function isNestedWorkflow(step: unknown): step is WorkflowShape & object {
  return isWorkflow(step) && 'component' in step && step.component === 'WORKFLOW';
}

export function isStep(value: unknown): value is StepShape & object {
  return isObject(value) && typeof value['id'] === 'string';
}

/** An agent as a step; evented workflows have it as a step that names the agent only by its id. */
export function isAgentEntry({ type, step }: FlowEntry): boolean {
  return type === 'agent' || (isStep(step) && step.component === 'AGENT');
}

/** Not a step itself: a workflow has a `type` too. */
export function isFlowEntry(value: unknown): value is FlowEntry {
  return isObject(value) && typeof value['type'] === 'string' && !isWorkflow(value);
}

/** `listAgents()` hands out a wrapper of a durable agent; the agent that holds the model is inside. */
export function innerAgent(value: unknown): unknown {
  if (!isObject(value) || !('agent' in value)) return value;
  return isAgent(value['agent']) ? value['agent'] : value;
}

/** Sub-agents that can be read without a request; undefined where a function chooses them. */
export function staticAgents(agent: object): Readonly<Record<string, unknown>> | undefined {
  const read: unknown = Reflect.get(agent, '__getStaticAgents');
  if (typeof read !== 'function') return undefined;
  const found: unknown = Reflect.apply(read, agent, []);
  // An agent without any says undefined as well, and has no registry at all.
  return isObject(found) ? found : undefined;
}

/** Does a function choose the sub-agents, so that only runs show them? */
export function choosesAgents(agent: object): boolean {
  if (staticAgents(agent) !== undefined) return false;
  const hasAny: unknown = Reflect.get(agent, '__hasSubAgentsConfigured');
  return typeof hasAny === 'function' && Reflect.apply(hasAny, agent, []) === true;
}

export function entriesOf(record: unknown): readonly (readonly [string, unknown])[] {
  return isObject(record) ? Object.entries(record) : [];
}
