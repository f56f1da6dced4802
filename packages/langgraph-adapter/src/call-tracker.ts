import type { CallId, CallIdentity, Ids, RequestBody, WorkloadId } from '@entresol/runtime-core';
import { CallOrder, exitOf } from '@entresol/runtime-core/adapter';
import type { Position } from '@entresol/runtime-core/adapter';
import { contextRunId } from './context-run.ts';
import type { Dispatch, RootRun, Scope } from './dispatch.ts';
import type { LearnedTopology } from './learned-topology.ts';
import { PendingCalls } from './pending-calls.ts';
import type { PendingCall } from './pending-calls.ts';
import { fingerprintOfBody } from './prompt-fingerprint.ts';
import { mediaOfBody } from './media-fingerprint.ts';

type Metadata = Readonly<Record<string, unknown>>;

export interface ModelStart {
  readonly runId: string;
  readonly parentRunId: string;
  readonly fingerprint: string;
  /** What the images, sounds and files of the prompt are. */
  readonly media: string;
  /** Ends the model run when the app says so; of the app's making or LangGraph's. */
  readonly signal: AbortSignal | undefined;
  readonly metadata: Metadata | undefined;
}

interface CallTrackerOptions {
  readonly ids: Ids;
  readonly workload: WorkloadId;
  readonly topology: LearnedTopology;
  readonly scopeOf: (runId: string) => Scope | undefined;
}

/** Links model runs to the requests they send, and each call to the one that preceded it. */
export class CallTracker {
  readonly #ids: Ids;
  readonly #workload: WorkloadId;
  readonly #topology: LearnedTopology;
  readonly #scopeOf: (runId: string) => Scope | undefined;
  readonly #pending = new PendingCalls();
  readonly #order = new CallOrder();

  constructor({ ids, workload, topology, scopeOf }: CallTrackerOptions) {
    this.#ids = ids;
    this.#workload = workload;
    this.#topology = topology;
    this.#scopeOf = scopeOf;
  }

  /** Model runs that have begun and not ended. */
  get open(): number {
    return this.#pending.size;
  }

  /** The call of a model run that has begun and not ended. */
  pending(runId: string): PendingCall | undefined {
    return this.#pending.get(runId);
  }

  modelStart({ runId, parentRunId, fingerprint, media, signal, metadata }: ModelStart): void {
    const scope = this.#scopeOf(parentRunId);
    if (scope?.dispatch === undefined) return;
    const { dispatch, position } = scope;
    dispatch.models.add(runId);
    dispatch.signal = signal ?? dispatch.signal;
    dispatch.unannounced = undefined;
    this.#noteCaller(dispatch);
    this.#pending.add({
      runId,
      parentRunId,
      fingerprint,
      media,
      call: this.#ids('call'),
      dispatch,
      position,
      previous: exitOf(position)?.call,
      metadata: metadata ?? dispatch.metadata,
      attempts: 0,
    });
  }

  modelEnd(runId: string): void {
    const call = this.#pending.take(runId);
    if (call === undefined) return;
    call.dispatch.models.delete(runId);
    // A model run that sent nothing through the runtime (another client, a cache) is no call of the session.
    if (call.attempts > 0) this.#finish(call.call, call.position, call.dispatch.root);
  }

  identify(body: RequestBody): CallIdentity | undefined {
    const fingerprint = fingerprintOfBody(body);
    if (fingerprint === undefined) return undefined;
    const call =
      this.#pending.matching(fingerprint, () => mediaOfBody(body), contextRunId) ??
      this.#callOfContext(fingerprint, mediaOfBody(body));
    if (call === undefined) return undefined;
    call.attempts += 1;
    return {
      workload: this.#workload,
      session: call.dispatch.root.session,
      call: call.call,
      dispatch: call.dispatch.id,
      agent: call.dispatch.path,
      ...(call.previous === undefined ? {} : { previous: call.previous }),
      attempt: call.attempts,
      metadata: call.metadata,
    };
  }

  /** For a request that no model run announced with this text: the run of the async context is all there is to go by. */
  #callOfContext(fingerprint: string, media: string): PendingCall | undefined {
    const parentRunId = contextRunId();
    if (parentRunId === undefined) return undefined;
    const begun = this.#pending.begunFrom(parentRunId);
    if (begun !== undefined) return begun;
    const scope = this.#scopeOf(parentRunId);
    if (scope?.dispatch === undefined) return undefined;
    const { dispatch, position } = scope;
    const last = dispatch.unannounced;
    // Nobody says whether the last one failed; the same prompt again, at once and from the same run, is most likely a retry.
    if (
      last?.parentRunId === parentRunId &&
      last.fingerprint === fingerprint &&
      last.media === media
    ) {
      return last;
    }
    const call: PendingCall = {
      runId: '',
      parentRunId,
      fingerprint,
      media,
      call: this.#ids('call'),
      dispatch,
      position,
      previous: exitOf(position)?.call,
      metadata: dispatch.metadata,
      attempts: 0,
    };
    this.#noteCaller(dispatch);
    dispatch.unannounced = call;
    // Its end will not be heard, so it counts as over when it is sent.
    this.#finish(call.call, position, dispatch.root);
    return call;
  }

  #noteCaller(dispatch: Dispatch): void {
    if (dispatch.called) return;
    dispatch.called = true;
    this.#topology.noteCall(dispatch.path, dispatch.enclosing?.path);
  }

  #finish(call: CallId, position: Position, root: RootRun): void {
    root.record.last = this.#order.finish(call, position);
  }
}
