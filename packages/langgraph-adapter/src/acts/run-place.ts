import type { AgentId, DispatchId, SessionId } from '@entresol/runtime-core';
import type { RunnableConfig } from '@langchain/core/runnables';
import { runIdOf } from '../context-run.ts';
import type { Cause, Dispatch, RootRun, Scope } from '../dispatch.ts';

/** Where in a session an invocation happens. */
export interface RunPlace {
  readonly session: SessionId;
  /** Path of the node that runs; undefined where the node's run is the invocation itself. */
  readonly path: string | undefined;
  /** The agent that led here; of a tool node, the agent that called the tools. Undefined at the start of a run. */
  readonly from: AgentId | undefined;
}

/** Says where the runs of one workload are, from what its tracker has heard. */
export class RunPlaces {
  readonly #scopeOf: (runId: string) => Scope | undefined;
  readonly #isToolNode: (path: string) => boolean;
  /** Who called the tools of a tool node's dispatch: an agent that follows them follows that one. */
  readonly #callers = new WeakMap<RootRun, Map<DispatchId, AgentId>>();

  constructor(
    scopeOf: (runId: string) => Scope | undefined,
    isToolNode: (path: string) => boolean,
  ) {
    this.#scopeOf = scopeOf;
    this.#isToolNode = isToolNode;
  }

  /** Undefined for a run that is not of this workload: a graph may also be used by others. */
  of(config: RunnableConfig): RunPlace | undefined {
    const runId = runIdOf(config);
    const scope = runId === undefined ? undefined : this.#scopeOf(runId);
    if (scope === undefined) return undefined;
    const { root, dispatch } = scope;
    const from = dispatch && this.#agentBefore(dispatch);
    if (dispatch !== undefined && from !== undefined && this.#isToolNode(dispatch.path)) {
      const callers = this.#callers.get(root) ?? new Map<DispatchId, AgentId>();
      this.#callers.set(root, callers.set(dispatch.id, from));
    }
    return { session: root.session, path: dispatch?.path, from };
  }

  #agentBefore(dispatch: Dispatch): AgentId | undefined {
    const cause = causeOf(dispatch);
    if (cause === undefined || !this.#isToolNode(cause.path)) return cause?.path;
    return this.#callers.get(dispatch.root)?.get(cause.id);
  }
}

/** The first cause of a dispatch: in its own graph, or before the node that holds the graph. */
function causeOf(dispatch: Dispatch): Cause | undefined {
  const [first] = dispatch.after;
  if (first === undefined) return undefined;
  for (let at: Dispatch | undefined = dispatch; at !== undefined; at = at.enclosing) {
    for (const cause of at.graph?.previous.values() ?? []) if (cause.id === first) return cause;
    for (const { tasks } of at.graph?.latest.values() ?? []) {
      for (const cause of tasks.values()) if (cause.id === first) return cause;
    }
  }
  return undefined;
}
