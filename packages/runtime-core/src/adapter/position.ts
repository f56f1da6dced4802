import type { CallId } from '../identities.ts';

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

/** The position of a run that starts inside another one now. */
export function positionInside(parent: Position): Position {
  return { parent, entry: exitOf(parent), last: undefined };
}

/** Undefined only when both are. */
export function laterOf(
  one: FinishedCall | undefined,
  other: FinishedCall | undefined,
): FinishedCall | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.order > one.order ? other : one;
}

/** Numbers calls in the order in which they are over. */
export class CallOrder {
  #finished = 0;

  /** A call is over at `position`, and with it in every run around it. */
  finish(call: CallId, position: Position): FinishedCall {
    this.#finished += 1;
    const finished = { call, order: this.#finished };
    position.own = finished;
    for (let at: Position | undefined = position; at !== undefined; at = at.parent) {
      at.last = finished;
    }
    return finished;
  }
}
