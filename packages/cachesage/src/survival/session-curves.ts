import { timingOf } from '../session-branch.ts';
import type { Branch } from '../session-branch.ts';
import type { SessionTrack } from '../session-track.ts';
import { passageIfReturns } from './survival-curve.ts';
import type { BranchTiming } from './survival-curve.ts';
import { gridSize, paced } from './time-grid.ts';

/** Most that one branch counts for: no call is certain. */
export const mostCertain = 0.9999;

interface TimedBranch {
  readonly branch: Branch;
  readonly timing: BranchTiming;
  readonly gap: BranchTiming['gap'];
  readonly answer: BranchTiming['answer'];
}

/**
 * When a session will call its agents. Curves are kept until one of the session's branches has other timing tables, which
 * is when its wait has grown by a bin or a gap was learned: they are functions of those tables.
 */
export class SessionCurves {
  readonly #session: SessionTrack;
  #heard = -1;
  #nowMs = Number.NaN;
  #speed = Number.NaN;
  #branches: readonly TimedBranch[] = [];
  readonly #used = new Map<number, Float64Array>();
  readonly #paced = new Map<number, Float64Array>();

  constructor(session: SessionTrack) {
    this.#session = session;
  }

  /** P(the session calls `agent` within timeGrid[i]), on its own time axis. Shared, not to be written to. */
  used(agent: number, nowMs: number): Float64Array {
    this.#bring(nowMs);
    let used = this.#used.get(agent);
    if (used === undefined) {
      used = this.#any(({ branch, timing }) => branch.passages?.passage(agent, timing));
      this.#used.set(agent, used);
    }
    return used;
  }

  /** The same on the workload's time axis. */
  paced(agent: number, nowMs: number): Float64Array {
    this.#bring(nowMs);
    let own = this.#paced.get(agent);
    if (own === undefined) {
      own = paced(this.used(agent, nowMs), this.#speed, 1);
      this.#paced.set(agent, own);
    }
    return own;
  }

  /** As {@link used}, each passage weighted by the share of the prompt that is reused at its step. */
  reused(agent: number, nowMs: number, amounts: Float64Array): Float64Array {
    this.#bring(nowMs);
    return this.#any(({ branch, timing }) =>
      branch.passages === undefined
        ? undefined
        : passageIfReturns(branch.passages.graph.curve(agent), timing, amounts),
    );
  }

  #bring(nowMs: number): void {
    const { model } = this.#session;
    if (this.#heard === model.heard && this.#nowMs === nowMs) return;
    this.#heard = model.heard;
    this.#nowMs = nowMs;
    const { speed } = this.#session;
    const branches = this.#session.openBranches().map((branch): TimedBranch => {
      const timing = timingOf(model, branch, speed, nowMs);
      return { branch, timing, gap: timing.gap, answer: timing.answer };
    });
    const same =
      speed === this.#speed &&
      branches.length === this.#branches.length &&
      branches.every((one, at) => isSame(one, this.#branches[at]));
    this.#speed = speed;
    this.#branches = branches;
    if (same) return;
    this.#used.clear();
    this.#paced.clear();
  }

  /** P(at least one of the branches), taken as independent. */
  #any(passageOf: (branch: TimedBranch) => Float64Array | undefined): Float64Array {
    const any = new Float64Array(gridSize).fill(1);
    for (const timed of this.#branches) {
      const passage = passageOf(timed);
      if (passage === undefined) continue;
      const { stillReturns } = timed.timing;
      for (let i = 0; i < gridSize; i++) {
        const within = Math.max(0, (passage[i] ?? 0) * stillReturns);
        any[i] = (any[i] ?? 0) * (1 - Math.min(mostCertain, within));
      }
    }
    for (let i = 0; i < gridSize; i++) any[i] = 1 - (any[i] ?? 0);
    return any;
  }
}

function isSame(one: TimedBranch, other: TimedBranch | undefined): boolean {
  return (
    other !== undefined &&
    one.branch.passages === other.branch.passages &&
    one.branch === other.branch &&
    one.gap === other.gap &&
    one.answer === other.answer &&
    one.timing.stillReturns === other.timing.stillReturns
  );
}
