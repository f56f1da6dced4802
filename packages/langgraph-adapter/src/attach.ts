import type { AdapterHost, Attachment, FrameworkPort } from '@entresol/runtime-core';
import { RuntimeConfigError } from '@entresol/runtime-core';
import { seatHandler } from './config-seat.ts';
import { graphOf } from './graph-shape.ts';
import type { CompiledGraph } from './graph-shape.ts';
import { Journal } from './journal.ts';
import { LearnedTopology } from './learned-topology.ts';
import { readNodeGraph } from './node-graph.ts';
import { RunHandler } from './run-handler.ts';
import { RunTracker } from './run-tracker.ts';
import { claimWorkloadId } from './workload-id.ts';

export interface AttachOptions {
  /** Id of the workload. Default: the graph's name, or one derived from its topology. */
  readonly id?: string;
  /** Stands in for the graph's name when no id is given; like that name, it may be shared by unlike graphs. */
  readonly name?: string;
}

/** A LangGraph application under a runtime. */
export interface LangGraphAttachment extends Attachment {
  /** What is held in memory now: open runs and calls, and the threads that may come back. */
  readonly held: { readonly runs: number; readonly calls: number; readonly sessions: number };
}

interface Attached {
  readonly attachment: LangGraphAttachment;
  readonly tracker: RunTracker;
}

/** Attached graphs of each runtime. Not global state of an app: an entry lives as long as both its keys. */
const byHost = new WeakMap<AdapterHost, Map<CompiledGraph, Attached>>();

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
  const peers = byHost.get(runtime) ?? new Map<CompiledGraph, Attached>();
  byHost.set(runtime, peers);
  const known = peers.get(graph)?.attachment;
  if (known !== undefined) {
    if (options.id === undefined || options.id === known.workload) return known;
    throw new RuntimeConfigError(
      `this graph is already attached as workload "${known.workload}"; detach it before attaching it as "${options.id}"`,
      { code: 'workload-conflict', value: options.id },
    );
  }

  const nodes = readNodeGraph(graph);
  const topology = new LearnedTopology(nodes);
  const workload = claimWorkloadId(
    runtime,
    { ...options, graphName: graph.getName() },
    topology.current,
  );
  const journal = new Journal(runtime, workload);
  const tracker = new RunTracker(
    {
      clock: runtime.clock,
      ids: runtime.ids,
      journal,
      graphs: nodes.graphs,
      topology,
      isForeign: (runId) => [...peers.values()].some((peer) => peer.tracker.knows(runId)),
    },
    workload,
  );
  const unlink = runtime.link({ port, identify: (body) => tracker.calls.identify(body) });
  const unseat = seatHandler(graph, new RunHandler(tracker));
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
      if (peers.get(graph)?.tracker !== tracker) return;
      peers.delete(graph);
      unseat();
      unlink();
      tracker.close();
    },
  };
  peers.set(graph, { attachment, tracker });
  journal.topology(topology.current);
  topology.onChange = (changed) => journal.topology(changed);
  return attachment;
}
