import type {
  AdapterHost,
  AgentId,
  CallId,
  CallIdentity,
  DispatchId,
  RequestBody,
  SessionId,
  Topology,
  WorkloadId,
} from '@entresol/runtime-core';
import type { WrittenMessage } from './prompt-writer.ts';

/** A session of a trace under a runtime. */
export interface AttachedSession {
  /** An agent of the session begins to work. Its turns follow each other, as in the trace. */
  begin(agent: AgentId, messages: readonly WrittenMessage[]): AttachedTurn;
}

/** One turn: one dispatch with one call, and the tool that runs on it, if any. */
export interface AttachedTurn {
  /** The reply is complete, or will not come. */
  replied(): void;
  toolStart(tool: string): void;
  toolEnd(tool: string): void;
  end(how: 'done' | 'failed'): void;
}

interface PendingTurn {
  readonly identity: Omit<CallIdentity, 'attempt'>;
  attempts: number;
}

/**
 * Shows a trace to a runtime the way a framework's adapter shows an app: its declared graph where it has one, then who
 * works and whose request is whose. It tells nothing that an app would not know at that moment.
 */
export class TraceAdapter {
  readonly #host: AdapterHost;
  readonly #workload: WorkloadId;
  readonly #pending = new Map<string, PendingTurn[]>();
  readonly #unlink: () => void;

  constructor(host: AdapterHost, workload: WorkloadId, topology: Topology | undefined) {
    this.#host = host;
    this.#workload = workload;
    this.#unlink = host.link({
      port: { can: new Set() },
      identify: (body) => this.#identify(body),
    });
    if (topology === undefined) return;
    host.claimWorkload(workload, topology);
    host.observe({ type: 'topology-declare', ...this.#at(), topology });
  }

  openSession(session: SessionId): AttachedSession {
    const host = this.#host;
    host.observe({ type: 'session-start', ...this.#at(), session });
    let before: { readonly call: CallId; readonly dispatch: DispatchId } | undefined;
    return {
      begin: (agent, messages) => {
        const dispatch = host.ids('dispatch');
        const call = host.ids('call');
        const previous = before;
        before = { call, dispatch };
        host.observe({
          type: 'dispatch-start',
          ...this.#at(),
          session,
          dispatch,
          agent,
          after: previous === undefined ? [] : [previous.dispatch],
        });
        return this.#turn(keyOf(messages), {
          workload: this.#workload,
          session,
          call,
          dispatch,
          agent,
          ...(previous === undefined ? {} : { previous: previous.call }),
          metadata: {},
        });
      },
    };
  }

  /** Idempotent. */
  detach(): void {
    this.#unlink();
    this.#pending.clear();
  }

  #turn(key: string, identity: PendingTurn['identity']): AttachedTurn {
    const { session, dispatch } = identity;
    const pending: PendingTurn = { identity, attempts: 0 };
    this.#pending.set(key, [...(this.#pending.get(key) ?? []), pending]);
    const tool = (type: 'tool-start' | 'tool-end', name: string): void =>
      this.#host.observe({ type, ...this.#at(), session, tool: name, dispatch });
    return {
      replied: () => {
        const left = (this.#pending.get(key) ?? []).filter((one) => one !== pending);
        if (left.length > 0) this.#pending.set(key, left);
        else this.#pending.delete(key);
      },
      toolStart: (name) => tool('tool-start', name),
      toolEnd: (name) => tool('tool-end', name),
      end: (how) =>
        this.#host.observe({ type: 'dispatch-end', ...this.#at(), session, dispatch, how }),
    };
  }

  /** Of turns with the same prompt, the one that sent nothing yet. */
  #identify({ messages }: RequestBody): CallIdentity | undefined {
    const same = this.#pending.get(keyOf(messages)) ?? [];
    const turn = same.find(({ attempts }) => attempts === 0) ?? same[0];
    if (turn === undefined) return undefined;
    turn.attempts += 1;
    return { ...turn.identity, attempt: turn.attempts };
  }

  #at(): { readonly atMs: number; readonly workload: WorkloadId } {
    return { atMs: this.#host.clock.now(), workload: this.#workload };
  }
}

function keyOf(messages: unknown): string {
  return JSON.stringify(messages);
}
