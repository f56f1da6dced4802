import type { AdapterHost, Attachment, FrameworkPort, WorkloadId } from '@entresol/runtime-core';
import { RuntimeConfigError } from '@entresol/runtime-core';
import { seatHandler } from './config-seat.ts';
import { graphOf } from './graph-shape.ts';
import type { CompiledGraph } from './graph-shape.ts';
import type { Instance } from './dispatch.ts';
import { declaredTopology } from './learned-topology.ts';
import { readNodeGraph } from './node-graph.ts';
import { RunHandler } from './run-handler.ts';
import { claimWorkloadId } from './workload-id.ts';
import { WorkloadObserver } from './workload-observer.ts';

export interface AttachOptions {
  /** Id of the workload. Default: the graph's name, or one derived from its topology. */
  readonly id?: string;
  /** Stands in for the graph's name when no id is given; like that name, it may be shared by unlike graphs. */
  readonly name?: string;
}

/** A LangGraph application under a runtime. */
export interface LangGraphAttachment extends Attachment {
  /** What the workload holds in memory now: open runs and calls, and the threads that may come back. */
  readonly held: { readonly runs: number; readonly calls: number; readonly sessions: number };
}

/** What this package knows of one runtime. Graphs are held weakly: an app that compiles one for every request need not detach. */
interface Desk {
  readonly attachments: WeakMap<CompiledGraph, LangGraphAttachment>;
  readonly workloads: Map<WorkloadId, WorkloadObserver>;
}

/** Not global state of an app: an entry lives as long as its runtime. */
const desks = new WeakMap<AdapterHost, Desk>();

function deskOf(host: AdapterHost): Desk {
  const desk = desks.get(host) ?? { attachments: new WeakMap(), workloads: new Map() };
  desks.set(host, desk);
  return desk;
}

const port: FrameworkPort = { can: new Set() };

/**
 * Shows a compiled graph or an agent to a runtime: its topology at once, and each run as it happens. The app keeps its
 * own object, results, errors and types. Its streams have the same chunks in each superstep; awaiting the handler shifts how
 * those of side-by-side nodes interleave, and how many are read before an error or abort. Attaching twice is attaching once.
 *
 * @throws {TypeError} when `app` is not a compiled graph or agent
 * @throws {RuntimeConfigError} `workload-conflict` when `options.id` belongs to an unlike graph, or the graph is already
 *   attached to this runtime under another id
 */
export function attach(
  app: object,
  runtime: AdapterHost,
  options: AttachOptions = {},
): LangGraphAttachment {
  const graph = graphOf(app);
  const { attachments, workloads } = deskOf(runtime);
  const known = attachments.get(graph);
  if (known !== undefined) {
    if (options.id === undefined || options.id === known.workload) return known;
    throw new RuntimeConfigError(
      `this graph is already attached as workload "${known.workload}"; detach it before attaching it as "${options.id}"`,
      { code: 'workload-conflict', value: options.id },
    );
  }

  const nodes = readNodeGraph(graph);
  const workload = claimWorkloadId(
    runtime,
    { ...options, graphName: graph.getName() },
    declaredTopology(nodes),
  );
  const observer =
    workloads.get(workload) ??
    new WorkloadObserver({
      host: runtime,
      workload,
      port,
      nodes,
      isForeign: (runId) => [...workloads.values()].some(({ tracker }) => tracker.knows(runId)),
    });
  workloads.set(workload, observer);
  const { tracker, topology } = observer;
  const instance: Instance = { graphs: nodes.graphs };
  const leave = observer.join(instance);
  const unseat = seatHandler(graph, new RunHandler(tracker, instance));
  const attachment: LangGraphAttachment = {
    workload,
    topology: () => topology.current,
    get held() {
      return {
        runs: tracker.openRuns,
        calls: tracker.calls.open,
        sessions: tracker.sessions,
      };
    },
    detach() {
      if (attachments.get(graph) !== attachment) return;
      attachments.delete(graph);
      unseat();
      leave();
    },
  };
  attachments.set(graph, attachment);
  return attachment;
}
