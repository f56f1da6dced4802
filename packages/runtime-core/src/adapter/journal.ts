import type { DispatchEnd } from '../events.ts';
import type { AdapterHost } from '../framework.ts';
import type { AgentId, DispatchId, Milliseconds, SessionId, WorkloadId } from '../identities.ts';
import type { Topology } from '../topology.ts';

/** A dispatch, as events name it. */
export interface DispatchRef {
  readonly session: SessionId;
  readonly dispatch: DispatchId;
}

/** A dispatch that begins. */
export interface StartedDispatch extends DispatchRef {
  readonly agent: AgentId;
  /** The dispatch that contains it. */
  readonly parent: DispatchId | undefined;
  /** The dispatches that caused it. */
  readonly after: readonly DispatchId[];
}

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

  /** The last run of a session is over, and somebody may come back to it. */
  sessionPause(session: SessionId): void {
    this.#host.observe({ type: 'session-pause', ...this.#at(), session });
  }

  /** The last run of a session is over, and it has no thread by which to come back. */
  sessionClose(session: SessionId): void {
    const why = 'run-without-thread';
    this.#host.observe({ type: 'session-close', ...this.#at(), session, why });
  }

  dispatchStart({ session, dispatch, agent, parent, after }: StartedDispatch): void {
    this.#host.observe({
      type: 'dispatch-start',
      ...this.#at(),
      session,
      dispatch,
      agent,
      ...(parent === undefined ? {} : { parent }),
      after,
    });
  }

  dispatchEnd({ session, dispatch }: DispatchRef, how: DispatchEnd): void {
    this.#host.observe({ type: 'dispatch-end', ...this.#at(), session, dispatch, how });
  }

  tool(
    type: 'tool-start' | 'tool-end' | 'tool-fail',
    tool: string,
    { session, dispatch }: DispatchRef,
  ): void {
    this.#host.observe({ type, ...this.#at(), session, tool, dispatch });
  }
}
