import type { CallId } from '@entresol/runtime-core';

/** A call that is over, and its place in the order in which calls were over. */
export interface FinishedCall {
  readonly call: CallId;
  readonly order: number;
}

/**
 * Where a run stands among the calls of its session. `entry` is the call that preceded the run, fixed when the run
 * starts: runs side by side then have the same one, however their calls interleave.
 */
export interface Position {
  readonly parent: Position | undefined;
  readonly entry: FinishedCall | undefined;
  /** The call inside the run that was over last. */
  last: FinishedCall | undefined;
  /** The last one that the run has made itself, not something inside it. */
  own?: FinishedCall;
}

/** The call that precedes whatever comes after this position now. */
export function exitOf(position: Position): FinishedCall | undefined {
  return position.last ?? position.entry;
}

/** A call is over at `position`, and with it in every run around it. */
export function finishAt(position: Position, finished: FinishedCall): void {
  position.own = finished;
  for (let at: Position | undefined = position; at !== undefined; at = at.parent) {
    at.last = finished;
  }
}
