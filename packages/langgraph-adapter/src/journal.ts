import type {
  AdapterHost,
  DispatchEnd,
  SessionId,
  Topology,
  WorkloadId,
} from '@entresol/runtime-core';
import type { Dispatch, RootRun } from './dispatch.ts';
import { endByError } from './run-outcome.ts';

/** Says to the runtime what has happened, each fact with its time and workload. */
export class Journal {
  readonly #host: AdapterHost;
  readonly #workload: WorkloadId;

  constructor(host: AdapterHost, workload: WorkloadId) {
    this.#host = host;
    this.#workload = workload;
  }

  #at(): { readonly atMs: number; readonly workload: WorkloadId } {
    return { atMs: this.#host.clock.now(), workload: this.#workload };
  }

  topology(topology: Topology): void {
    this.#host.observe({ type: 'topology-declare', ...this.#at(), topology });
  }

  sessionStart(session: SessionId): void {
    this.#host.observe({ type: 'session-start', ...this.#at(), session });
  }

  /** The last run of a session is over; without a thread nothing can return to it. */
  sessionRest({ session, hasThread }: RootRun): void {
    this.#host.observe(
      hasThread
        ? { type: 'session-pause', ...this.#at(), session }
        : { type: 'session-close', ...this.#at(), session, why: 'run-without-thread' },
    );
  }

  dispatchStart({ root, id, path, enclosing, after }: Dispatch): void {
    this.#host.observe({
      type: 'dispatch-start',
      ...this.#at(),
      session: root.session,
      dispatch: id,
      agent: path,
      ...(enclosing === undefined ? {} : { parent: enclosing.id }),
      after,
    });
  }

  dispatchEnd({ root, id }: Dispatch, how: DispatchEnd): void {
    const { session } = root;
    this.#host.observe({ type: 'dispatch-end', ...this.#at(), session, dispatch: id, how });
  }

  toolStart(tool: string, dispatch: Dispatch): void {
    this.#tool('tool-start', tool, dispatch);
  }

  toolEnd(tool: string, dispatch: Dispatch): void {
    this.#tool('tool-end', tool, dispatch);
  }

  /** Interrupts and handoffs arrive as errors and are none. */
  toolError(tool: string, dispatch: Dispatch, error: unknown): void {
    const how = endByError(error);
    const isControl = how === 'interrupted' || how === 'handed-off';
    this.#tool(isControl ? 'tool-end' : 'tool-fail', tool, dispatch);
  }

  #tool(type: 'tool-start' | 'tool-end' | 'tool-fail', tool: string, dispatch: Dispatch): void {
    const { session } = dispatch.root;
    this.#host.observe({ type, ...this.#at(), session, tool, dispatch: dispatch.id });
  }
}
