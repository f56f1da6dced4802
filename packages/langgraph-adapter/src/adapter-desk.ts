import type { AdapterHost, WorkloadId } from '@entresol/runtime-core';
import { claimWorkloadId } from '@entresol/runtime-core/adapter';
import { AttachedWorkload } from './attached-workload.ts';
import type { LangGraphAttachment } from './attach.ts';
import type { CompiledGraph } from './graph-shape.ts';
import { declaredTopology } from './learned-topology.ts';
import type { NodeGraph } from './node-graph.ts';

/** Name of a graph that was compiled without one. */
const unnamed = 'LangGraph';

/** What this package knows of one runtime. Graphs are held weakly: an app that compiles one for every request need not detach. */
export class AdapterDesk {
  readonly attachments: WeakMap<CompiledGraph, LangGraphAttachment> = new WeakMap();
  readonly #workloads = new Map<WorkloadId, AttachedWorkload>();
  readonly #host: AdapterHost;

  constructor(host: AdapterHost) {
    this.#host = host;
  }

  /** Is this a run of any workload of the runtime? */
  knows(runId: string): boolean {
    return [...this.#workloads.values()].some(
      ({ observer }) => observer.tracker.scope(runId) !== undefined,
    );
  }

  /**
   * The workload of a graph, new or known.
   * @throws {RuntimeConfigError} `workload-conflict` when the id was given by hand for an unlike graph
   */
  workload(
    naming: { readonly id?: string; readonly name?: string; readonly graphName: string },
    nodes: NodeGraph,
    { gatesSteps }: { readonly gatesSteps: boolean },
  ): AttachedWorkload {
    const { id, graphName } = naming;
    const name = naming.name ?? (graphName === unnamed ? undefined : graphName);
    const workload = claimWorkloadId(
      this.#host,
      { id, name, kind: 'graph' },
      declaredTopology(nodes),
    );
    const known = this.#workloads.get(workload);
    if (known !== undefined) return known;
    const isForeign = (runId: string): boolean => this.knows(runId);
    const attached = new AttachedWorkload({
      host: this.#host,
      workload,
      nodes,
      isForeign,
      gatesSteps,
    });
    this.#workloads.set(workload, attached);
    return attached;
  }
}

/** Not global state of an app: an entry lives as long as its runtime. */
const desks = new WeakMap<AdapterHost, AdapterDesk>();

export function deskOf(host: AdapterHost): AdapterDesk {
  const desk = desks.get(host) ?? new AdapterDesk(host);
  desks.set(host, desk);
  return desk;
}
