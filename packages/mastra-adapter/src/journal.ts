import type {
  AdapterHost,
  DispatchEnd,
  Milliseconds,
  SessionId,
  Topology,
  WorkloadId,
} from '@entresol/runtime-core';
import type { Dispatch } from './scope.ts';

/** Says to the runtime what has happened, each fact with its time and workload. */
export class Journal {
  readonly #host: AdapterHost;
  readonly #workload: WorkloadId;

  constructor(host: AdapterHost, workload: WorkloadId) {
    this.#host = host;
    this.#workload = workload;
  }

  #at(): { readonly atMs: Milliseconds; readonly workload: WorkloadId } {
    return { atMs: this.#host.clock.now(), workload: this.#workload };
  }

  topology(topology: Topology): void {
    this.#host.observe({ type: 'topology-declare', ...this.#at(), topology });
  }

  sessionStart(session: SessionId): void {
    this.#host.observe({ type: 'session-start', ...this.#at(), session });
  }

  sessionPause(session: SessionId): void {
    this.#host.observe({ type: 'session-pause', ...this.#at(), session });
  }

  sessionClose(session: SessionId): void {
    const why = 'run-without-thread';
    this.#host.observe({ type: 'session-close', ...this.#at(), session, why });
  }

  dispatchStart({ session, id, path, parent, after }: Dispatch): void {
    this.#host.observe({
      type: 'dispatch-start',
      ...this.#at(),
      session,
      dispatch: id,
      agent: path,
      ...(parent === undefined ? {} : { parent: parent.id }),
      after: after.map((cause) => cause.id),
    });
  }

  dispatchEnd({ session, id }: Dispatch, how: DispatchEnd): void {
    this.#host.observe({ type: 'dispatch-end', ...this.#at(), session, dispatch: id, how });
  }

  tool(
    type: 'tool-start' | 'tool-end' | 'tool-fail',
    tool: string,
    { session, id }: Dispatch,
  ): void {
    this.#host.observe({ type, ...this.#at(), session, tool, dispatch: id });
  }
}
