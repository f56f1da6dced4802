import type {
  AdapterHost,
  CallIdentity,
  FrameworkPort,
  RequestBody,
  WorkloadId,
} from '@entresol/runtime-core';
import { Journal } from '@entresol/runtime-core/adapter';
import type { Instance } from './dispatch.ts';
import { LearnedTopology } from './learned-topology.ts';
import type { NodeGraph } from './node-graph.ts';
import { RunTracker } from './run-tracker.ts';

interface ObserverOptions {
  readonly host: AdapterHost;
  readonly workload: WorkloadId;
  readonly port: FrameworkPort;
  /** The graph as it is when nothing has been learned yet. */
  readonly nodes: NodeGraph;
  readonly isForeign: (runId: string) => boolean;
  /** Told of each request of the workload. */
  readonly heard: (identity: CallIdentity, body: RequestBody) => void;
}

/**
 * Watches one workload of one runtime, through however many graphs: an app may compile the same one for every request, and
 * what was learned and who was where must outlive each of them. It holds no graph.
 */
export class WorkloadObserver {
  readonly topology: LearnedTopology;
  readonly tracker: RunTracker;
  readonly #host: AdapterHost;
  readonly #port: FrameworkPort;
  readonly #heard: ObserverOptions['heard'];
  #attached = 0;
  #unlink: (() => void) | undefined;

  constructor({ host, workload, port, nodes, isForeign, heard }: ObserverOptions) {
    const { clock, ids } = host;
    const journal = new Journal(host, workload);
    const topology = new LearnedTopology(nodes);
    this.#host = host;
    this.#port = port;
    this.#heard = heard;
    this.topology = topology;
    this.tracker = new RunTracker({ clock, ids, journal, topology, isForeign }, workload);
    journal.topology(topology.current);
    topology.onChange = (changed) => journal.topology(changed);
  }

  /** One more graph of the workload reports; returns its undo, which ends what still runs of it. */
  join(instance: Instance): () => void {
    this.#attached += 1;
    this.#unlink ??= this.#host.link({
      port: this.#port,
      identify: (body) => {
        const identity = this.tracker.calls.identify(body);
        if (identity !== undefined) this.#heard(identity, body);
        return identity;
      },
    });
    return () => {
      this.tracker.close(instance);
      this.#attached -= 1;
      if (this.#attached > 0) return;
      this.#unlink?.();
      this.#unlink = undefined;
    };
  }
}
