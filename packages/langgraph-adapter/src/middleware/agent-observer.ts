import type { AdapterHost } from '@entresol/runtime-core';
import type { RunnableConfig } from '@langchain/core/runnables';
import { deskOf } from '../adapter-desk.ts';
import type { AttachedWorkload } from '../attached-workload.ts';
import { runIdOf } from '../context-run.ts';
import type { Instance } from '../dispatch.ts';
import { readNodeGraph } from '../node-graph.ts';
import { agentGraph } from './agent-graph.ts';

interface AgentObserverOptions {
  readonly host: AdapterHost;
  readonly id?: string;
  readonly name?: string;
}

/** One activation of a node of the agent. */
export interface Activation {
  readonly attached: AttachedWorkload;
  /** Of the activation, as the tracker knows it. */
  readonly runId: string;
  readonly session: string;
  /** `runGoesOn` is false when nothing of the agent's run can follow. */
  done(output: unknown, runGoesOn: boolean): void;
  failed(error: unknown): void;
}

interface AgentRun {
  readonly runId: string;
  readonly session: string;
}

const namespaceKey = 'langgraph_checkpoint_ns';

/** Tells the tracker of a workload what a callback handler in the agent's own config would have heard. */
export class AgentObserver {
  readonly #options: AgentObserverOptions;
  /** Runs by an object that LangGraph makes once for each. */
  readonly #runs = new WeakMap<object, AgentRun>();
  /** Activations that run, by the namespace that their model runs carry too. */
  readonly #active = new Map<string, string>();
  #known: { readonly attached: AttachedWorkload; readonly instance: Instance } | undefined;

  constructor(options: AgentObserverOptions) {
    this.#options = options;
  }

  /** The workload, once the agent has run. */
  get attached(): AttachedWorkload | undefined {
    return this.#known?.attached;
  }

  /** The activation during which something with this metadata runs. */
  runIn(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
    const namespace = metadata?.[namespaceKey];
    return typeof namespace === 'string' ? this.#active.get(namespace) : undefined;
  }

  /** Undefined when an attached graph surrounds the agent or is the agent: it hears everything itself. */
  enter(node: string, config: RunnableConfig, run: object | undefined): Activation | undefined {
    const { host } = this.#options;
    const contextRun = runIdOf(config);
    if (contextRun !== undefined && deskOf(host).knows(contextRun)) return undefined;
    const { attached, instance } = this.#open(config.metadata?.['lc_agent_name']);
    const { tracker } = attached.observer;
    const { metadata = {} } = config;
    const agentRun = this.#runOf(run, metadata, { attached, instance });
    const runId = `${agentRun.runId}/${host.ids('dispatch')}`;
    const inStep = metadata['langgraph_step'];
    const step = typeof inStep === 'number' ? inStep : 0;
    tracker.chainStart(
      {
        runId,
        parentRunId: agentRun.runId,
        tags: [`graph:step:${step}`],
        metadata,
        runName: node,
        isGraph: false,
      },
      instance,
    );
    const given = metadata[namespaceKey];
    const namespace = typeof given === 'string' ? given : runId;
    this.#active.set(namespace, runId);
    const over = (): void => {
      if (this.#active.get(namespace) === runId) this.#active.delete(namespace);
    };
    return {
      attached,
      runId,
      session: agentRun.session,
      done: (output, runGoesOn) => {
        over();
        tracker.chainEnd(runId, output);
        if (!runGoesOn) tracker.chainEnd(agentRun.runId, undefined);
      },
      failed: (error) => {
        over();
        tracker.chainError(runId, error);
      },
    };
  }

  #open(agentName: unknown): { readonly attached: AttachedWorkload; readonly instance: Instance } {
    if (this.#known !== undefined) return this.#known;
    const { host, ...naming } = this.#options;
    const graphName = typeof agentName === 'string' ? agentName : 'agent';
    const nodes = readNodeGraph(agentGraph(graphName));
    const attached = deskOf(host).workload({ ...naming, graphName }, nodes, { gatesSteps: false });
    const instance: Instance = { graphs: nodes.graphs };
    attached.observer.join(instance);
    this.#known = { attached, instance };
    return this.#known;
  }

  #runOf(
    key: object | undefined,
    metadata: Readonly<Record<string, unknown>>,
    { attached, instance }: { readonly attached: AttachedWorkload; readonly instance: Instance },
  ): AgentRun {
    const { tracker } = attached.observer;
    const known = key && this.#runs.get(key);
    if (known !== undefined && tracker.scope(known.runId) !== undefined) return known;
    const runId = this.#options.host.ids('dispatch');
    const thread = metadata['thread_id'];
    const hasThread = typeof thread === 'string' || typeof thread === 'number';
    const run = { runId, session: hasThread ? String(thread) : runId };
    if (key !== undefined) this.#runs.set(key, run);
    tracker.chainStart(
      {
        runId,
        parentRunId: undefined,
        tags: [],
        metadata: hasThread ? { thread_id: thread } : {},
        runName: undefined,
        isGraph: true,
      },
      instance,
    );
    return run;
  }
}
