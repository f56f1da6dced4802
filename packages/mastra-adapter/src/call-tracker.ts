import type { AgentId, CallIdentity, Ids, RequestBody, WorkloadId } from '@entresol/runtime-core';
import { CallOrder, exitOf } from '@entresol/runtime-core/adapter';
import type { LearnedTopology } from './topology/learned-topology.ts';
import { currentCall, currentScope } from './scope.ts';
import type { Dispatch, ModelCall, Scope } from './scope.ts';

interface CallTrackerOptions {
  readonly ids: Ids;
  readonly workload: WorkloadId;
  readonly topology: LearnedTopology;
  /** Told of each call that was answered and sent nothing through the runtime. */
  readonly unmanaged: (agent: AgentId, model: CalledModel) => void;
  /** Told of each request that goes through the runtime. */
  readonly sent: (agent: AgentId, body: RequestBody) => void;
}

/** As the model itself says it. */
export interface CalledModel {
  readonly provider: string;
  readonly model: string;
}

/** Links what agents ask their models to the requests that leave, and each call to the one that preceded it. */
export class CallTracker {
  readonly #options: CallTrackerOptions;
  /** Dispatches of this workload that have called a model themselves. */
  readonly #callers = new WeakSet<Dispatch>();
  readonly #mine = new WeakSet<Scope>();
  readonly #order = new CallOrder();

  constructor(options: CallTrackerOptions) {
    this.#options = options;
  }

  /** From now on requests from inside the scope are this workload's. */
  adopt(scope: Scope): void {
    this.#mine.add(scope);
  }

  /** @param prompt what the model is asked; looked at only after a failure */
  begin(scope: Scope, prompt: unknown): ModelCall | undefined {
    const { dispatch } = scope;
    if (dispatch === undefined) return undefined;
    this.#noteCaller(scope, dispatch);
    const { failed } = dispatch;
    dispatch.failed = undefined;
    if (failed !== undefined && failed.prompt === textOf(prompt)) {
      failed.carried = false;
      return failed;
    }
    return this.#call(scope, dispatch);
  }

  #call(scope: Scope, dispatch: Dispatch): ModelCall {
    return {
      call: this.#options.ids('call'),
      scope,
      dispatch,
      previous: exitOf(scope.position)?.call,
      prompt: undefined,
      attempts: 0,
      carried: false,
    };
  }

  /** The model has answered, or the app has stopped listening. */
  end(call: ModelCall, model: CalledModel): void {
    const { dispatch, attempts } = call;
    // A call that sent nothing through the runtime is none of the session.
    if (attempts > 0) this.#finish(call);
    else this.#options.unmanaged(dispatch.path, model);
  }

  fail(call: ModelCall, prompt: unknown): void {
    call.dispatch.failed = { ...call, prompt: textOf(prompt), carried: false };
  }

  /** Whose request it is that leaves from here; undefined = not this workload's. */
  identify(body: RequestBody): CallIdentity | undefined {
    const call = currentCall.getStore() ?? this.#unannounced();
    if (call === undefined || !this.#mine.has(call.scope)) return undefined;
    const { dispatch, previous } = call;
    call.attempts += 1;
    call.carried = true;
    this.#options.sent(dispatch.path, body);
    return {
      workload: this.#options.workload,
      session: dispatch.session,
      call: call.call,
      dispatch: dispatch.id,
      agent: dispatch.path,
      ...(previous === undefined ? {} : { previous }),
      attempt: call.attempts,
      metadata: dispatch.metadata,
    };
  }

  /** A request from inside an agent past its own model: a processor's, a tool's. Its end will not be heard. */
  #unannounced(): ModelCall | undefined {
    const scope = currentScope.getStore();
    if (scope?.dispatch === undefined || !this.#mine.has(scope)) return undefined;
    this.#noteCaller(scope, scope.dispatch);
    const call = this.#call(scope, scope.dispatch);
    this.#finish(call);
    return call;
  }

  #noteCaller(scope: Scope, dispatch: Dispatch): void {
    if (this.#callers.has(dispatch)) return;
    this.#callers.add(dispatch);
    this.#options.topology.noteCall(dispatch.path, surroundings(scope));
  }

  #finish({ call, scope }: ModelCall): void {
    const finished = this.#order.finish(call, scope.position);
    if (isMainline(scope)) scope.record.last = finished;
  }
}

/** Paths of what is around an agent, nearest first. */
function surroundings(scope: Scope): readonly string[] {
  const paths: string[] = [];
  for (let at = scope.parent; at !== undefined; at = at.parent) paths.push(at.path);
  return paths;
}

/** Does what the session does next follow from this scope? */
function isMainline(scope: Scope): boolean {
  return scope.parent === undefined || scope.position.parent !== undefined;
}

function textOf(prompt: unknown): string {
  return JSON.stringify(prompt) ?? '';
}
