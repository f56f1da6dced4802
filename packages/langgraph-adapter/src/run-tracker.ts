import type { Clock, DispatchEnd, Ids, WorkloadId } from '@entresol/runtime-core';
import { exitOf, positionInside, SessionRecords } from '@entresol/runtime-core/adapter';
import type { Journal, Position } from '@entresol/runtime-core/adapter';
import { noteRoute } from './branch-routes.ts';
import { CallTracker } from './call-tracker.ts';
import { causesOf, causesOfTravelled, enterDispatch, enterStep, sendTrigger } from './causes.ts';
import { commandTargets, commandTargetsOfError } from './command-targets.ts';
import { DispatchEnds } from './dispatch-ends.ts';
import { refOf, startOf } from './dispatch.ts';
import type { Causes, Dispatch, GraphRun, Instance, RootRun, Scope } from './dispatch.ts';
import type { LearnedTopology } from './learned-topology.ts';
import { startNode, unknownRetries } from './local-graph.ts';
import { joinPath } from './node-graph.ts';
import { readNodeRun, takesInput } from './node-run.ts';
import type { ChainStart, NodeRun } from './node-run.ts';
import { causesOfResumed, goOn, restOf } from './resumption.ts';
import { newGraphRun, newRootRun } from './root-run.ts';
import { endByError, toolEndByError } from './run-outcome.ts';
import { newThreadRecord } from './thread-record.ts';

/** Threads remembered between their runs. */
const sessionLimit = 10_000;

interface TrackerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly topology: LearnedTopology;
  /** True when a graph attached to the same runtime surrounds this run: it belongs to that one. */
  readonly isForeign: (runId: string) => boolean;
}

/** Turns LangChain's runs into sessions, dispatches and tool uses of one workload. */
export class RunTracker {
  readonly #ids: Ids;
  readonly #journal: Journal;
  readonly #topology: LearnedTopology;
  readonly #isForeign: (runId: string) => boolean;
  readonly #scopes = new Map<string, Scope>();
  readonly #roots = new Map<string, RootRun>();
  readonly #sessions = new SessionRecords(sessionLimit, newThreadRecord);
  readonly #closed = new WeakSet<Instance>();
  /** Hears of the model runs, and must hear when a dispatch leaves one behind. */
  readonly calls: CallTracker;
  readonly #ends: DispatchEnds;

  constructor({ clock, ids, journal, topology, isForeign }: TrackerOptions, workload: WorkloadId) {
    this.#ids = ids;
    this.#journal = journal;
    this.#topology = topology;
    this.#isForeign = isForeign;
    this.calls = new CallTracker({
      ids,
      workload,
      topology,
      scopeOf: (runId) => this.#scopes.get(runId),
    });
    const { calls } = this;
    const endRoot = (root: RootRun): void => this.#endRoot(root);
    this.#ends = new DispatchEnds({ clock, journal, topology, calls, endRoot });
  }

  /** Runs that have not ended. */
  get openRuns(): number {
    return this.#scopes.size;
  }

  /** Sessions that run or may come back. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** What surrounds a run that is open. */
  scope(runId: string): Scope | undefined {
    return this.#scopes.get(runId);
  }

  /** Ends whatever still runs of a graph as aborted; nothing of it is heard after. */
  close(instance: Instance): void {
    for (const root of this.#roots.values()) if (root.instance === instance) this.#endRoot(root);
    this.#closed.add(instance);
  }

  /** `instance` is the graph that reports the run, and has started it if nothing surrounds it. */
  chainStart(start: ChainStart, instance: Instance): void {
    const { runId, parentRunId } = start;
    const outer = this.#scopeOf(parentRunId);
    if (outer === undefined) {
      const isRoot = start.isGraph && !(parentRunId !== undefined && this.#isForeign(parentRunId));
      if (isRoot && !this.#closed.has(instance)) this.#startRoot(start, instance);
      return;
    }
    if (outer.graph !== undefined && takesInput(start)) outer.graph.begun = true;
    const node = start.isGraph ? undefined : readNodeRun(start);
    if (node !== undefined) {
      this.#startNode(runId, outer, node);
      return;
    }
    const position = positionInside(outer.position);
    const graph = start.isGraph
      ? newGraphRun(outer.root.instance, outer.dispatch, position)
      : outer.graph;
    const isStep = outer.isNode;
    this.#open(runId, { ...outer, position, graph, isGraph: start.isGraph, isNode: false, isStep });
  }

  /** A run that is neither a graph nor a node starts. */
  innerStart(runId: string, parentRunId: string | undefined): void {
    const outer = this.#scopeOf(parentRunId);
    if (outer === undefined) return;
    const position = positionInside(outer.position);
    this.#open(runId, { ...outer, position, isGraph: false, isNode: false });
  }

  chainEnd(runId: string, output: unknown): void {
    this.#noteTargets(runId, commandTargets(output));
    noteRoute(this.#scopeOf(runId), output);
    this.#end(runId, 'done');
  }

  chainError(runId: string, error: unknown): void {
    this.#noteTargets(runId, commandTargetsOfError(error));
    this.#end(runId, endByError(error, this.#scopeOf(runId)?.dispatch?.signal));
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
    this.#journal.tool('tool-start', tool, refOf(dispatch));
  }

  toolEnd(runId: string): void {
    this.#endTool(runId, 'tool-end');
  }

  toolError(runId: string, error: unknown): void {
    this.#endTool(runId, toolEndByError(error));
  }

  #endTool(runId: string, type: 'tool-end' | 'tool-fail'): void {
    const dispatch = this.#scopeOf(runId)?.dispatch;
    const tool = dispatch?.tools.get(runId);
    this.#end(runId, 'done');
    if (dispatch === undefined || tool === undefined) return;
    dispatch.tools.delete(runId);
    this.#journal.tool(type, tool, refOf(dispatch));
  }

  #scopeOf(runId: string | undefined): Scope | undefined {
    return runId === undefined ? undefined : this.#scopes.get(runId);
  }

  #open(runId: string, scope: Scope): void {
    this.#scopes.set(runId, scope);
    scope.root.runs.add(runId);
  }

  #openNode(runId: string, dispatch: Dispatch, position: Position): void {
    const { root } = dispatch;
    this.#open(runId, { root, position, dispatch, graph: undefined, isGraph: false, isNode: true });
  }

  #end(runId: string, how: DispatchEnd): void {
    const scope = this.#scopes.get(runId);
    if (scope === undefined) return;
    const { root, dispatch, graph, isGraph, isNode } = scope;
    this.#scopes.delete(runId);
    root.runs.delete(runId);
    if (isGraph) this.#ends.giveUp(root, (paused) => paused.graph === graph);
    if (isNode && dispatch !== undefined) this.#ends.endAttempt(dispatch, how);
    if (runId === root.runId) this.#endRoot(root);
  }

  #startRoot({ runId, metadata = {} }: ChainStart, instance: Instance): void {
    const { root, isNewSession } = newRootRun({ runId, metadata, instance }, this.#sessions);
    const { graph, session } = root;
    const { position } = graph;
    this.#roots.set(runId, root);
    this.#open(runId, { root, position, dispatch: undefined, graph, isGraph: true, isNode: false });
    if (isNewSession) this.#journal.sessionStart(session);
    this.#ends.awaitNode(root);
  }

  #endRoot(root: RootRun): void {
    const { session, record } = root;
    this.#roots.delete(root.runId);
    for (const dispatch of [...root.dispatches].toReversed()) {
      this.#ends.end(dispatch, dispatch.pausedBy ?? 'aborted');
    }
    for (const runId of root.runs) this.#scopes.delete(runId);
    root.alarm?.cancel();
    record.active -= 1;
    if (root.hasThread) record.rest = restOf(root);
    else this.#sessions.forget(session);
    if (record.active > 0) return;
    if (root.hasThread) this.#journal.sessionPause(session);
    else this.#journal.sessionClose(session);
  }

  #causesOf(root: RootRun, graph: GraphRun, { name, namespace, step, trigger }: NodeRun): Causes {
    const { rest } = root.record;
    const isResumed = graph === root.graph && !graph.begun && trigger !== startNode;
    if (isResumed && rest !== undefined) goOn(graph, rest, root.travels);
    enterStep(graph, step);
    const travelled = graph === root.graph && root.travels && graph.previous.size === 0;
    return (
      causesOfResumed(rest, namespace) ??
      (travelled ? causesOfTravelled(graph, name, trigger) : causesOf(graph, name, trigger))
    );
  }

  #startNode(runId: string, outer: Scope, node: NodeRun): void {
    const { root } = outer;
    const known = root.byNamespace.get(node.namespace);
    root.idleUntilMs = undefined;
    if (known?.pausedBy === undefined) {
      this.#startDispatch(runId, outer, node);
      return;
    }
    known.pausedBy = undefined;
    root.paused.delete(known);
    known.routes = [];
    known.attempts += 1;
    // Each attempt begins where the first did: the calls of a failed one lead nowhere.
    const { position } = known;
    const entered: Position = { parent: position, entry: position.entry, last: undefined };
    this.#openNode(runId, known, entered);
  }

  #startDispatch(runId: string, outer: Scope, node: NodeRun): void {
    const { root } = outer;
    const graph = outer.graph ?? newGraphRun(root.instance, outer.dispatch, outer.position);
    // A task of the functional API runs beside the node that called it; only its namespace says whose it is.
    const caller = root.byNamespace.get(node.parentNamespace);
    const enclosing = caller ?? outer.dispatch;
    const isTask = caller !== undefined && caller !== outer.dispatch;
    if (!isTask) {
      // What another superstep or an error handler follows has had its last attempt.
      const handled = graph.local?.handles.get(node.name);
      this.#ends.giveUp(
        root,
        (paused) =>
          paused.graph === graph &&
          (node.step !== graph.step || handled?.has(paused.name) === true),
      );
    }
    const causes = isTask
      ? { dispatches: [], after: caller.after, entry: exitOf(caller.position) }
      : this.#causesOf(root, graph, node);
    const parent = isTask ? caller.position : outer.position;
    const position: Position = { parent, entry: causes.entry, last: undefined };
    const dispatch: Dispatch = {
      id: this.#ids('dispatch'),
      path: joinPath(enclosing?.path ?? '', node.name),
      name: node.name,
      namespace: node.namespace,
      root,
      enclosing,
      graph: isTask ? undefined : graph,
      after: causes.after,
      position,
      retries: (isTask ? undefined : graph.local?.retries.get(node.name)) ?? unknownRetries,
      achieved: undefined,
      attempts: 1,
      pausedBy: undefined,
      metadata: node.metadata,
      called: false,
      signal: undefined,
      unannounced: undefined,
      models: new Set(),
      tools: new Map(),
      end: undefined,
      goto: [],
      routes: [],
    };
    if (!isTask) enterDispatch(graph, node.namespace || runId, dispatch);
    root.dispatches.add(dispatch);
    if (node.namespace !== '') root.byNamespace.set(node.namespace, dispatch);
    this.#openNode(runId, dispatch, position);
    if (node.trigger === sendTrigger) {
      for (const { path } of causes.dispatches) this.#topology.noteFanOut(path, dispatch.path);
    }
    if (graph === root.graph && graph.begun && causes.after.length === 0) {
      this.#topology.noteStart(dispatch.path);
    }
    this.#journal.dispatchStart(startOf(dispatch));
  }
}
