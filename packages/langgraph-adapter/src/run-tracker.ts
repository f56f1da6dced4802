import type { Clock, DispatchEnd, Ids, SessionId, WorkloadId } from '@entresol/runtime-core';
import { CallTracker } from './call-tracker.ts';
import { causesOf, enterDispatch, enterStep, sendTrigger } from './causes.ts';
import { commandTargets, commandTargetsOfError } from './command-targets.ts';
import type { Dispatch, GraphRun, RootRun, Scope } from './dispatch.ts';
import type { Journal } from './journal.ts';
import type { LearnedTopology } from './learned-topology.ts';
import type { LocalGraph } from './local-graph.ts';
import { joinPath } from './node-graph.ts';
import { readNodeRun } from './node-run.ts';
import type { ChainStart, NodeRun } from './node-run.ts';
import { exitOf, positionInside } from './position.ts';
import type { Position } from './position.ts';
import { endByError } from './run-outcome.ts';
import { SessionRecords } from './session-records.ts';

/** Threads remembered between their runs. */
const sessionLimit = 10_000;

/**
 * How long a run may have no node running before it counts as over, in ms. LangGraph never ends the run of a stream that
 * its reader has left for good, among them those of aborted runs.
 */
const idleMs = 60_000;

type Metadata = Readonly<Record<string, unknown>>;

interface TrackerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly graphs: ReadonlyMap<string, LocalGraph>;
  readonly topology: LearnedTopology;
  /** True when a graph attached to the same runtime surrounds this run: it belongs to that one. */
  readonly isForeign: (runId: string) => boolean;
}

/** Turns LangChain's runs into sessions, dispatches and tool uses of one attached graph. */
export class RunTracker {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #journal: Journal;
  readonly #graphs: ReadonlyMap<string, LocalGraph>;
  readonly #topology: LearnedTopology;
  readonly #isForeign: (runId: string) => boolean;
  readonly #scopes = new Map<string, Scope>();
  readonly #roots = new Map<string, RootRun>();
  readonly #sessions = new SessionRecords(sessionLimit);
  /** Hears of the model runs, and must hear when a dispatch leaves one behind. */
  readonly calls: CallTracker;
  #closed = false;

  constructor(
    { clock, ids, journal, graphs, topology, isForeign }: TrackerOptions,
    workload: WorkloadId,
  ) {
    this.#clock = clock;
    this.#ids = ids;
    this.#journal = journal;
    this.#graphs = graphs;
    this.#topology = topology;
    this.#isForeign = isForeign;
    this.calls = new CallTracker({
      ids,
      workload,
      topology,
      scopeOf: (runId) => this.#scopes.get(runId),
    });
  }

  /** Runs that have not ended. */
  get openRuns(): number {
    return this.#scopes.size;
  }

  /** Sessions that run or may come back. */
  get sessions(): number {
    return this.#sessions.size;
  }

  knows(runId: string): boolean {
    return this.#scopes.has(runId);
  }

  /** Ends whatever still runs as aborted; nothing is heard after. */
  close(): void {
    for (const root of this.#roots.values()) this.#endRoot(root);
    this.#closed = true;
  }

  chainStart(start: ChainStart): void {
    const { runId, parentRunId } = start;
    const outer = this.#scopeOf(parentRunId);
    if (outer === undefined) {
      const isRoot = start.isGraph && !(parentRunId !== undefined && this.#isForeign(parentRunId));
      if (isRoot && !this.#closed) this.#startRoot(runId, start.metadata ?? {});
      return;
    }
    const node = start.isGraph ? undefined : readNodeRun(start);
    if (node !== undefined) {
      this.#startDispatch(runId, outer, node);
      return;
    }
    const position = positionInside(outer.position);
    const graph = start.isGraph ? this.#graphRun(outer.dispatch, position) : outer.graph;
    this.#open(runId, { ...outer, position, graph, isNode: false });
  }

  /** A run that is neither a graph nor a node starts. */
  innerStart(runId: string, parentRunId: string | undefined): void {
    const outer = this.#scopeOf(parentRunId);
    if (outer === undefined) return;
    this.#open(runId, { ...outer, position: positionInside(outer.position), isNode: false });
  }

  chainEnd(runId: string, output: unknown): void {
    this.#noteTargets(runId, commandTargets(output));
    this.#end(runId, 'done');
  }

  chainError(runId: string, error: unknown): void {
    this.#noteTargets(runId, commandTargetsOfError(error));
    this.#end(runId, endByError(error));
  }

  #noteTargets(runId: string, targets: readonly string[]): void {
    const scope = this.#scopeOf(runId);
    if (scope?.isNode === true && scope.dispatch !== undefined) scope.dispatch.goto = targets;
  }

  innerEnd(runId: string): void {
    this.#end(runId, 'done');
  }

  toolStart(runId: string, parentRunId: string | undefined, tool: string): void {
    this.innerStart(runId, parentRunId);
    const dispatch = this.#scopeOf(runId)?.dispatch;
    if (dispatch === undefined) return;
    dispatch.tools.set(runId, tool);
    this.#journal.toolStart(tool, dispatch);
  }

  toolEnd(runId: string): void {
    const ended = this.#takeTool(runId);
    if (ended !== undefined) this.#journal.toolEnd(ended.tool, ended.dispatch);
  }

  toolError(runId: string, error: unknown): void {
    const ended = this.#takeTool(runId);
    if (ended !== undefined) this.#journal.toolError(ended.tool, ended.dispatch, error);
  }

  #takeTool(runId: string): { readonly tool: string; readonly dispatch: Dispatch } | undefined {
    const dispatch = this.#scopeOf(runId)?.dispatch;
    const tool = dispatch?.tools.get(runId);
    this.#end(runId, 'done');
    if (dispatch === undefined || tool === undefined) return undefined;
    dispatch.tools.delete(runId);
    return { tool, dispatch };
  }

  #scopeOf(runId: string | undefined): Scope | undefined {
    return runId === undefined ? undefined : this.#scopes.get(runId);
  }

  #open(runId: string, scope: Scope): void {
    this.#scopes.set(runId, scope);
    scope.root.runs.add(runId);
  }

  #end(runId: string, how: DispatchEnd): void {
    const scope = this.#scopes.get(runId);
    if (scope === undefined) return;
    this.#scopes.delete(runId);
    scope.root.runs.delete(runId);
    if (scope.isNode && scope.dispatch !== undefined) this.#endDispatch(scope.dispatch, how);
    if (runId === scope.root.runId) this.#endRoot(scope.root);
  }

  #graphRun(enclosing: Dispatch | undefined, position: Position): GraphRun {
    return {
      local: this.#graphs.get(enclosing?.path ?? ''),
      enclosing,
      position,
      step: Number.NEGATIVE_INFINITY,
      current: new Map(),
      previous: new Map(),
      latest: new Map(),
    };
  }

  #startRoot(runId: string, metadata: Metadata): void {
    const thread = metadata['thread_id'];
    const hasThread = typeof thread === 'string' || typeof thread === 'number';
    const session: SessionId = hasThread ? String(thread) : runId;
    const { record, isNew } = this.#sessions.enter(session);
    const root: RootRun = {
      runId,
      session,
      record,
      hasThread,
      runs: new Set(),
      dispatches: new Set(),
      byNamespace: new Map(),
      cancelIdle: undefined,
    };
    this.#roots.set(runId, root);
    const position: Position = { parent: undefined, entry: record.last, last: undefined };
    const graph = this.#graphRun(undefined, position);
    this.#open(runId, { root, position, dispatch: undefined, graph, isNode: false });
    if (isNew) this.#journal.sessionStart(session);
    this.#awaitNode(root);
  }

  /** Nothing runs inside the root now. */
  #awaitNode(root: RootRun): void {
    root.cancelIdle = this.#clock.at(this.#clock.now() + idleMs, () => this.#endRoot(root));
  }

  #endRoot(root: RootRun): void {
    const { session, record } = root;
    this.#roots.delete(root.runId);
    for (const dispatch of [...root.dispatches].toReversed()) {
      this.#endDispatch(dispatch, 'aborted');
    }
    for (const runId of root.runs) this.#scopes.delete(runId);
    root.cancelIdle?.();
    record.active -= 1;
    if (!root.hasThread) this.#sessions.forget(session);
    if (record.active === 0) this.#journal.sessionRest(root);
  }

  #startDispatch(runId: string, outer: Scope, node: NodeRun): void {
    const { root } = outer;
    const graph = outer.graph ?? this.#graphRun(outer.dispatch, outer.position);
    // A task of the functional API runs beside the node that called it; only its namespace says whose it is.
    const caller = root.byNamespace.get(node.parentNamespace);
    const enclosing = caller ?? outer.dispatch;
    const isTask = caller !== undefined && caller !== outer.dispatch;
    if (!isTask) enterStep(graph, node.step);
    const causes = isTask
      ? { dispatches: [], after: caller.after, entry: exitOf(caller.position) }
      : causesOf(graph, node.name, node.trigger);
    const parent = isTask ? caller.position : outer.position;
    const position: Position = { parent, entry: causes.entry, last: undefined };
    const dispatch: Dispatch = {
      id: this.#ids('dispatch'),
      path: joinPath(enclosing?.path ?? '', node.name),
      name: node.name,
      namespace: node.namespace,
      root,
      enclosing,
      after: causes.after,
      position,
      metadata: node.metadata,
      called: false,
      models: new Set(),
      tools: new Map(),
      end: undefined,
      goto: [],
    };
    if (!isTask) enterDispatch(graph, node.namespace || runId, dispatch);
    root.cancelIdle?.();
    root.dispatches.add(dispatch);
    if (node.namespace !== '') root.byNamespace.set(node.namespace, dispatch);
    this.#open(runId, { root, position, dispatch, graph: undefined, isNode: true });
    if (node.trigger === sendTrigger) {
      for (const { path } of causes.dispatches) this.#topology.noteFanOut(path, dispatch.path);
    }
    this.#journal.dispatchStart(dispatch);
  }

  #endDispatch(dispatch: Dispatch, how: DispatchEnd): void {
    const { root, models, tools, namespace } = dispatch;
    if (dispatch.end !== undefined) return;
    dispatch.end = how;
    // A stream that was left early is never reported as over.
    for (const runId of models) this.calls.modelEnd(runId);
    for (const tool of tools.values()) this.#journal.toolError(tool, dispatch, undefined);
    tools.clear();
    root.dispatches.delete(dispatch);
    if (root.byNamespace.get(namespace) === dispatch) root.byNamespace.delete(namespace);
    this.#journal.dispatchEnd(dispatch, how);
    if (root.dispatches.size === 0) this.#awaitNode(root);
    const isOver = how === 'done' || how === 'handed-off';
    if (isOver && !dispatch.called) this.#topology.noteQuietRun(dispatch.path);
  }
}
