import type { CallId, DispatchId } from '@entresol/runtime-core';
import type { BranchContext } from './markov/branch-context.ts';
import { END, PAUSE } from './markov/symbols.ts';
import type { WaitKind } from './survival/gap-histogram.ts';
import { stillReturns } from './survival/survival-curve.ts';
import type { BranchTiming } from './survival/survival-curve.ts';
import type { TimedPassage } from './survival/timed-passage.ts';
import type { WorkloadModel } from './workload-model.ts';

/** A point that the next call of a session can follow: a call, the session's start, or a pause. */
export interface Branch {
  readonly context: BranchContext;
  /** Absent for a start or a pause; a retry under another id takes it over. */
  call?: CallId;
  readonly dispatch?: DispatchId;
  readonly previous?: CallId | undefined;
  readonly startedAtMs: number;
  /** Which run of the session it belongs to, counted from 0. */
  readonly run: number;
  kind: WaitKind;
  /** When the present gap began. */
  sinceMs: number;
  failed: boolean;
  /** Distribution said when the wait began, to be resolved by the next symbol. */
  forecast: Float64Array | undefined;
  /** What it can lead to; undefined once its successor is known. */
  passage: TimedPassage | undefined;
  /** P(the session returns), said when it paused; 1 when it did not. */
  readonly returnChance: number;
}

/** A branch that begins now. */
export function openBranch(
  model: WorkloadModel,
  passage: TimedPassage,
  context: BranchContext,
  atMs: number,
  origin: Pick<Branch, 'call' | 'dispatch' | 'previous' | 'run'>,
): Branch {
  const pauses = context.current === PAUSE;
  const waits = pauses ? 'user' : 'none';
  return {
    ...origin,
    context,
    startedAtMs: atMs,
    kind: origin.call === undefined ? waits : 'decode',
    sinceMs: atMs,
    failed: false,
    forecast: undefined,
    passage,
    returnChance: pauses ? 1 - (model.predictor.distribution(context)[END] ?? 0) : 1,
  };
}

/** Symbol under which a branch's gaps are kept: after a pause, whoever spoke last. */
export function gapAgent({ context }: Branch): number {
  return context.current === PAUSE ? context.previous : context.current;
}

/** The timing of a branch that has waited since its gap began. */
export function timingOf(model: WorkloadModel, branch: Branch, nowMs: number): BranchTiming {
  const waited = Math.max(0, nowMs - branch.sinceMs) / model.gaps.meanStepMs;
  const gap = model.gaps.residual(gapAgent(branch), branch.kind, waited);
  return {
    gap,
    stillReturns: branch.kind === 'user' ? stillReturns(branch.returnChance, gap.longer) : 1,
  };
}

/** Distribution over symbols of what follows, given the wait so far. */
export function nextSymbols(
  model: WorkloadModel,
  branch: Branch,
  timing: BranchTiming,
): Float64Array {
  const next = model.predictor.distribution(branch.context);
  if (timing.stillReturns === 1) return next;
  let returned = 0;
  for (let x = PAUSE; x < next.length; x++) {
    next[x] = (next[x] ?? 0) * timing.stillReturns;
    returned += next[x] ?? 0;
  }
  next[END] = Math.max(0, 1 - returned);
  return next;
}
