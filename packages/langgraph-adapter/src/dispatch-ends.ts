import type { Clock, DispatchEnd } from '@entresol/runtime-core';
import { exitOf, laterOf } from '@entresol/runtime-core/adapter';
import type { Journal } from '@entresol/runtime-core/adapter';
import type { CallTracker } from './call-tracker.ts';
import { refOf } from './dispatch.ts';
import type { Dispatch, RootRun } from './dispatch.ts';
import type { LearnedTopology } from './learned-topology.ts';
import { isIdle, longestPause } from './root-run.ts';

/**
 * How long a run may have no node running before it counts as over, in ms. LangGraph never ends the run of a stream that
 * its reader has left for good, among them those of aborted runs.
 */
const idleMs = 60_000;

interface DispatchEndsOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly topology: LearnedTopology;
  readonly calls: CallTracker;
  /** Nothing has run inside the root for long. */
  readonly endRoot: (root: RootRun) => void;
}

/** Ends dispatches: each once, when its last attempt is over. */
export class DispatchEnds {
  readonly #options: DispatchEndsOptions;

  constructor(options: DispatchEndsOptions) {
    this.#options = options;
  }

  /** Nothing runs inside the root now. */
  awaitNode(root: RootRun): void {
    const untilMs = this.#options.clock.now() + idleMs + longestPause(root);
    root.idleUntilMs = untilMs;
    // One alarm serves the whole run: setting one and calling it off around each node would cost more than all else here.
    if (root.alarm === undefined || root.alarm.atMs > untilMs) this.#setAlarm(root, untilMs);
  }

  #setAlarm(root: RootRun, atMs: number): void {
    const { clock, endRoot } = this.#options;
    root.alarm?.cancel();
    const cancel = clock.at(atMs, () => {
      root.alarm = undefined;
      const { idleUntilMs } = root;
      if (idleUntilMs === undefined) return;
      if (clock.now() < idleUntilMs) this.#setAlarm(root, idleUntilMs);
      else endRoot(root);
    });
    root.alarm = { atMs, cancel };
  }

  /** One attempt is over; the dispatch is too, unless it has failed and may be tried again. */
  endAttempt(dispatch: Dispatch, how: DispatchEnd): void {
    const { root, attempts, retries, namespace } = dispatch;
    if (dispatch.end !== undefined) return;
    // A timeout of the node aborts what runs inside, and may be tried again like any failure.
    const isFailure = how === 'failed' || how === 'aborted';
    if (!isFailure || attempts >= retries.attempts || namespace === '') {
      this.end(dispatch, how);
      return;
    }
    this.#leaveBehind(dispatch);
    dispatch.pausedBy = how;
    root.paused.add(dispatch);
    if (isIdle(root)) this.awaitNode(root);
  }

  /** No further attempt at these comes. */
  giveUp(root: RootRun, which: (paused: Dispatch) => boolean): void {
    for (const dispatch of root.paused) {
      const { pausedBy } = dispatch;
      if (pausedBy !== undefined && which(dispatch)) this.end(dispatch, pausedBy);
    }
  }

  end(dispatch: Dispatch, how: DispatchEnd): void {
    const { root, namespace, enclosing, after, position, achieved } = dispatch;
    const { journal, topology } = this.#options;
    if (dispatch.end !== undefined) return;
    this.giveUp(root, (paused) => paused.enclosing === dispatch);
    dispatch.end = how;
    dispatch.pausedBy = undefined;
    root.paused.delete(dispatch);
    this.#leaveBehind(dispatch);
    root.dispatches.delete(dispatch);
    if (root.byNamespace.get(namespace) === dispatch) root.byNamespace.delete(namespace);
    const entry = achieved ?? position.entry;
    if (how === 'interrupted') root.interrupted.set(namespace, { after, entry });
    journal.dispatchEnd(refOf(dispatch), how);
    if (isIdle(root)) this.awaitNode(root);
    const isOver = how === 'done' || how === 'handed-off';
    if (isOver && enclosing !== undefined) {
      enclosing.achieved = laterOf(enclosing.achieved, exitOf(position));
    }
    if (isOver && !dispatch.called) topology.noteQuietRun(dispatch.path);
  }

  /** A stream that was left early is never reported as over. */
  #leaveBehind(dispatch: Dispatch): void {
    const { calls, journal } = this.#options;
    for (const runId of dispatch.models) calls.modelEnd(runId);
    for (const tool of dispatch.tools.values()) journal.tool('tool-fail', tool, refOf(dispatch));
    dispatch.tools.clear();
    dispatch.unannounced = undefined;
  }
}
