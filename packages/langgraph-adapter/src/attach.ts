import type { AdapterHost, Attachment } from '@entresol/runtime-core';
import { RuntimeConfigError } from '@entresol/runtime-core';
import { deskOf } from './adapter-desk.ts';
import { seatGates } from './acts/seat-gates.ts';
import { seatHandler } from './config-seat.ts';
import { graphOf } from './graph-shape.ts';
import type { Instance } from './dispatch.ts';
import { readNodeGraph } from './node-graph.ts';
import type { AttachmentReport } from './report/attachment-report.ts';
import { ReportingHandler } from './report/reporting-handler.ts';

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
  /** What runs have shown so far: calls past the runtime, prefixes that change, directives that cannot be carried out. */
  report(): AttachmentReport;
}

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
  const desk = deskOf(runtime);
  const { attachments } = desk;
  const known = attachments.get(graph);
  if (known !== undefined) {
    if (options.id === undefined || options.id === known.workload) return known;
    throw new RuntimeConfigError(
      `this graph is already attached as workload "${known.workload}"; detach it before attaching it as "${options.id}"`,
      { code: 'workload-conflict', value: options.id },
    );
  }

  const nodes = readNodeGraph(graph);
  const attached = desk.workload({ ...options, graphName: graph.getName() }, nodes, {
    gatesSteps: true,
  });
  const { tracker, topology } = attached.observer;
  const instance: Instance = { graphs: nodes.graphs };
  const leave = attached.observer.join(instance);
  const unseat = seatHandler(graph, new ReportingHandler(tracker, instance, attached.census));
  // Nothing stands before a node or a tool while no policy could have anything to say about it.
  const ungate = runtime.actsInline ? seatGates(graph, attached.keeper) : undefined;
  const attachment: LangGraphAttachment = {
    workload: attached.id,
    topology: () => topology.current,
    report: () => attached.report(),
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
      ungate?.();
      unseat();
      leave();
    },
  };
  attachments.set(graph, attachment);
  return attachment;
}
