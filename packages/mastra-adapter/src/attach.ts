import type {
  Ability,
  AdapterHost,
  AgentId,
  Attachment,
  Topology,
  WorkloadId,
} from '@entresol/runtime-core';
import {
  AdapterPort,
  claimWorkloadId,
  Journal,
  ModelCensus,
  RoleHeads,
} from '@entresol/runtime-core/adapter';
import type { PrefixDrift } from '@entresol/runtime-core/adapter';
import type { Mastra } from '@mastra/core/mastra';
import { seatAgent } from './agent-seat.ts';
import type { AppWatch } from './app-watch.ts';
import { Faults } from './app-watch.ts';
import { CallTracker } from './call-tracker.ts';
import type { CalledModel } from './call-tracker.ts';
import { MastraAttachError } from './errors.ts';
import { Interposer } from './interpose.ts';
import { isAgent, isMastra } from './mastra-shape.ts';
import type { MastraShape } from './mastra-shape.ts';
import { probePrefix } from './probe.ts';
import type { AgentPrefix } from './probe.ts';
import type { PendingApproval } from './run-questions.ts';
import { RunTracker } from './run-tracker.ts';
import { scopeFetch } from './scoped-fetch.ts';
import { Seats } from './seats.ts';
import { LearnedTopology } from './topology/learned-topology.ts';
import { readApp } from './topology/read-app.ts';
import { placeIn } from './workflow-seat.ts';

export interface AttachOptions {
  /** Id of the workload. Default: one derived from the topology. */
  readonly id?: string;
  /**
   * `runtime.client().fetch`: also carries the app's model requests that use `globalThis.fetch`, for models that were made
   * without a `fetch`. Replaces `globalThis.fetch` until `detach()`; requests of other code pass as they are.
   */
  readonly fetch?: typeof globalThis.fetch;
}

/** A model whose requests do not go through the runtime. */
export interface UnmanagedModel extends CalledModel {
  readonly calls: number;
}

/** What runs have shown since the app was attached. Plain JSON. */
export interface MastraReport {
  readonly workload: WorkloadId;
  /** Answered calls of each agent that sent nothing through the runtime's client. */
  readonly unmanagedCalls: Readonly<Record<AgentId, number>>;
  readonly unmanagedModels: readonly UnmanagedModel[];
  /** What the app did not declare. */
  readonly learned: {
    readonly agents: readonly AgentId[];
    readonly unknownTargets: readonly AgentId[];
  };
  /** Agents whose role prefix changed; each change costs the engine its cached prefix. */
  readonly prefixDrift: Readonly<Record<AgentId, PrefixDrift>>;
  /** Directives of policies that cannot be carried out in a Mastra app, by kind and occasion. */
  readonly refusedDirectives: Readonly<Record<string, number>>;
  readonly can: readonly Ability[];
  /** Tools that wait for the user because a policy wants them asked. */
  readonly pendingApprovals: readonly PendingApproval[];
  /** Times the adapter itself failed and let the app go on unwatched; anything above 0 is a bug of ours. */
  readonly faults: number;
}

/** A Mastra application under a runtime. */
export interface MastraAttachment extends Attachment {
  report(): MastraReport;
  /**
   * The system messages and tools of an agent, as its model gets them. Runs the agent with a model that answers at once:
   * its input processors and dynamic fields run, nothing is sent.
   * @throws {MastraAttachError} `unknown-agent`
   */
  probe(agentId: string): Promise<AgentPrefix | undefined>;
}

interface Attached {
  readonly host: AdapterHost;
  readonly attachment: MastraAttachment;
}

/** Not global state of an app: an entry lives as long as its app. */
const attached = new WeakMap<object, Attached>();

/**
 * Shows a Mastra application to a runtime: its topology at once, and each run as it happens. The app keeps its own object,
 * agents, results and errors. Attaching twice is attaching once.
 *
 * @throws {MastraAttachError} `not-mastra`, `no-agents`, or `attached-elsewhere` when another runtime has the app
 * @throws {RuntimeConfigError} `workload-conflict` when `options.id` belongs to an unlike app
 */
export function attach(
  mastra: Mastra | object,
  runtime: AdapterHost,
  options: AttachOptions = {},
): MastraAttachment {
  if (!isMastra(mastra)) {
    throw new MastraAttachError(
      'attach() takes what new Mastra({ agents, workflows }) returned; put a single agent into one: new Mastra({ agents: { agent } })',
      { code: 'not-mastra', value: mastra },
    );
  }
  const known = attached.get(mastra);
  if (known !== undefined) {
    if (known.host === runtime) return known.attachment;
    throw new MastraAttachError(
      `this app is attached to another runtime as workload "${known.attachment.workload}"; call detach() of that attachment first`,
      { code: 'attached-elsewhere', value: known.attachment.workload },
    );
  }
  const attachment = begin(mastra, runtime, options);
  attached.set(mastra, { host: runtime, attachment });
  return attachment;
}

function begin(
  mastra: MastraShape & object,
  host: AdapterHost,
  options: AttachOptions,
): MastraAttachment {
  const agents = Object.values(mastra.listAgents());
  const workflows = Object.values(mastra.listWorkflows());
  if (agents.length + workflows.length === 0) {
    throw new MastraAttachError(
      'this Mastra has no agents and no workflows; attach it after they are registered',
      { code: 'no-agents' },
    );
  }
  const agentById = (id: string): unknown =>
    Object.values(mastra.listAgents()).find((agent) => isAgent(agent) && agent.id === id);
  const reader = readApp(mastra, agentById);
  const topology = new LearnedTopology(reader.graph);
  const declared = topology.current;
  const workload = claimWorkloadId(host, { id: options.id, kind: 'mastra' }, declared);
  const journal = new Journal(host, workload);
  const port = new AdapterPort();
  const census = new ModelCensus<CalledModel>();
  const heads = new RoleHeads();
  const interposer = new Interposer();
  const runs = new RunTracker(host.ids, journal);
  const calls = new CallTracker({
    ids: host.ids,
    workload,
    topology,
    unmanaged: (agent, model) => census.unmanaged(agent, model),
    sent: (agent, body) => heads.note(agent, body),
  });
  journal.topology(declared);
  topology.onChange = (changed) => journal.topology(changed);
  const faults = new Faults();
  const canSuspend = (): boolean => mastra.getStorage?.() !== undefined;
  const watch: AppWatch = {
    host,
    port,
    journal,
    runs,
    calls,
    interposer,
    faults,
    mastra,
    canSuspend,
  };
  const seats = new Seats(watch, (agent, face) => seatAgent(agent, face, watch, placeIn));
  seats.onWorkflowTool = (agent, workflow) => {
    reader.workflowTool(agent, workflow);
    topology.refresh();
  };
  seats.app(mastra);
  if (options.fetch !== undefined) scopeFetch(options.fetch, interposer);
  const unlink = host.link({ port, identify: (body) => calls.identify(body) });

  const attachment: MastraAttachment = {
    workload,
    topology: () => topology.current,
    report: () => ({
      workload,
      unmanagedCalls: census.calls,
      unmanagedModels: census.models,
      learned: learnedSince(declared, topology.current),
      prefixDrift: heads.report(),
      refusedDirectives: port.refusals,
      can: [...port.can],
      pendingApprovals: runs.pendingApprovals,
      faults: faults.count,
    }),
    probe: async (agentId) => {
      const agent = seats.agent(agentId);
      if (agent === undefined) {
        throw new MastraAttachError(`no agent of this app has the id "${agentId}"`, {
          code: 'unknown-agent',
          value: agentId,
        });
      }
      return probePrefix(() => agent.generate('.', { maxSteps: 1 } as object));
    },
    detach() {
      if (attached.get(mastra)?.attachment !== attachment) return;
      attached.delete(mastra);
      interposer.restore();
      runs.close();
      unlink();
    },
  };
  return attachment;
}

function learnedSince(declared: Topology, { agents, unknownTargets }: Topology) {
  return {
    agents: agents.filter((agent) => !declared.agents.includes(agent)),
    unknownTargets: unknownTargets.filter((one) => !declared.unknownTargets.includes(one)),
  };
}
