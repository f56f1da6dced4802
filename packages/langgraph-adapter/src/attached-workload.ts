import type { AdapterHost, Topology, WorkloadId } from '@entresol/runtime-core';
import { AdapterPort, ModelCensus, RoleHeads } from '@entresol/runtime-core/adapter';
import { Gatekeeper } from './acts/gatekeeper.ts';
import { RunPlaces } from './acts/run-place.ts';
import type { NodeGraph } from './node-graph.ts';
import type { AttachmentReport } from './report/attachment-report.ts';
import type { NamedModel } from './report/reporting-handler.ts';
import { WorkloadObserver } from './workload-observer.ts';

interface AttachedWorkloadOptions {
  readonly host: AdapterHost;
  readonly workload: WorkloadId;
  readonly nodes: NodeGraph;
  readonly isForeign: (runId: string) => boolean;
  readonly gatesSteps: boolean;
}

/** One workload of one runtime: who watches it, who stands before its tools and steps, and what was found. */
export class AttachedWorkload {
  readonly id: WorkloadId;
  readonly observer: WorkloadObserver;
  readonly keeper: Gatekeeper;
  readonly census: ModelCensus<NamedModel> = new ModelCensus();
  readonly #port: AdapterPort;
  readonly #heads = new RoleHeads();
  readonly #declared: Topology;

  constructor({ host, workload, nodes, isForeign, gatesSteps }: AttachedWorkloadOptions) {
    const port = new AdapterPort({ gatesSteps });
    this.#port = port;
    this.id = workload;
    this.observer = new WorkloadObserver({
      host,
      workload,
      port,
      nodes,
      isForeign,
      heard: ({ agent }, body) => this.#heads.note(agent, body),
    });
    const { tracker, topology } = this.observer;
    this.#declared = topology.current;
    const isToolNode = (path: string): boolean => nodes.nodes.get(path) === 'tools';
    const places = new RunPlaces((runId) => tracker.scope(runId), isToolNode);
    this.keeper = new Gatekeeper({ host, port, places });
  }

  report(): AttachmentReport {
    const { agents, unknownTargets } = this.observer.topology.current;
    const declared = this.#declared;
    return {
      workload: this.id,
      unmanagedCalls: this.census.calls,
      unmanagedModels: this.census.models,
      learned: {
        agents: agents.filter((agent) => !declared.agents.includes(agent)),
        unknownTargets: unknownTargets.filter((one) => !declared.unknownTargets.includes(one)),
      },
      prefixDrift: this.#heads.report(),
      refusedDirectives: this.#port.refusals,
      can: [...this.#port.can],
    };
  }
}
