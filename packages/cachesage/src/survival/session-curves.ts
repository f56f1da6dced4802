import { gapAgent } from '../session-branch.ts';
import type { Branch } from '../session-branch.ts';
import type { SessionTrack } from '../session-track.ts';
import type { GapTables } from './gap-tables.ts';
import { stillReturns } from './survival-curve.ts';
import { Pacing, gridSize } from './time-grid.ts';

/** Most that a session counts for: no call is certain. */
const mostCertain = 0.9999;
/** Numbers of one agent: the curve on the session's own time axis, and what it leaves of 1 on the workload's. */
const rowSize = 2 * gridSize;

interface TimedBranch {
  readonly branch: Branch;
  tables: GapTables;
  stamp: number;
  /** Of its wait. */
  bin: number;
  stillReturns: number;
}

const passage = new Float64Array(gridSize);

/**
 * When a session will call its agents. A session changes when an event of its own arrives, when one of its waits has grown
 * by a bin, or when gaps like it were learned; until then its curves stand, whatever happens in other sessions.
 */
export class SessionCurves {
  readonly #session: SessionTrack;
  #heard = -1;
  #nowMs = Number.NaN;
  #moved = true;
  #speed = Number.NaN;
  #answer: Float64Array | undefined;
  #branches: readonly TimedBranch[] = [];
  readonly #pacing = new Pacing();
  /** Rises when the curves change, and when the pace does. */
  #curveVersion = 0;
  #paceVersion = 0;
  /** By agent, from 1; of those that were asked for. */
  readonly #slots: number[] = [];
  readonly #curveOf: number[] = [];
  readonly #paceOf: number[] = [];
  #room = new Float64Array(0);

  constructor(session: SessionTrack) {
    this.#session = session;
  }

  /** An event of the session moved its branches. */
  moved(): void {
    this.#moved = true;
  }

  /** P(the session calls `agent` within timeGrid[i]), on its own time axis. Valid until the next question. */
  used(agent: number, nowMs: number): Float64Array {
    this.#bring(nowMs);
    const at = this.#slot(agent) * rowSize;
    return this.#room.subarray(at, at + gridSize);
  }

  /** Multiplies `left[i]` by 1 − `weight` × P(the session calls `agent` within timeGrid[i]), on the workload's time axis. */
  leave(agent: number, nowMs: number, weight: number, left: Float64Array): void {
    if (this.#heard !== this.#session.model.heard || this.#nowMs !== nowMs) this.#bring(nowMs);
    const slot = this.#slot(agent);
    if (this.#paceOf[slot] !== this.#paceVersion) this.#pace(slot);
    const room = this.#room;
    let at = slot * rowSize + gridSize;
    if (weight === 1) {
      for (let i = 0; i < gridSize; i++) left[i] = (left[i] ?? 0) * (room[at++] ?? 0);
      return;
    }
    for (let i = 0; i < gridSize; i++) {
      left[i] = (left[i] ?? 0) * (1 - weight * (1 - (room[at++] ?? 0)));
    }
  }

  /** As {@link used}, each passage weighted by the share of the prompt that is reused at its step. */
  reused(agent: number, nowMs: number, amounts: Float64Array): Float64Array {
    this.#bring(nowMs);
    const any = new Float64Array(gridSize);
    this.#any(any, 0, ({ branch, tables, bin }) =>
      branch.passage?.writeReused(agent, tables.at(bin).within, amounts, passage),
    );
    return any;
  }

  #slot(agent: number): number {
    let slot = this.#slots[agent];
    if (slot === undefined) {
      slot = this.#curveOf.length;
      this.#slots[agent] = slot;
      this.#curveOf.push(-1);
      this.#paceOf.push(-1);
      if (this.#room.length < (slot + 1) * rowSize) {
        const room = new Float64Array(Math.max(4, 2 * slot) * rowSize);
        room.set(this.#room);
        this.#room = room;
      }
    }
    if (this.#curveOf[slot] !== this.#curveVersion) {
      this.#curveOf[slot] = this.#curveVersion;
      this.#paceOf[slot] = -1;
      this.#any(this.#room, slot * rowSize, ({ branch, tables, bin }) =>
        branch.passage?.write(agent, tables.at(bin).within, passage),
      );
    }
    return slot;
  }

  #pace(slot: number): void {
    this.#paceOf[slot] = this.#paceVersion;
    this.#pacing.leave(this.#room, slot * rowSize, slot * rowSize + gridSize);
  }

  /** Finds out what has changed. */
  #bring(nowMs: number): void {
    const { model } = this.#session;
    if (this.#heard === model.heard && this.#nowMs === nowMs) return;
    this.#heard = model.heard;
    this.#nowMs = nowMs;
    const { gaps } = model;
    const { speed } = this.#session;
    let changed = this.#moved;
    if (this.#moved) {
      this.#moved = false;
      this.#branches = this.#session.openBranches().map((branch) => ({
        branch,
        tables: gaps.tables(gapAgent(branch), branch.kind),
        stamp: -1,
        bin: 0,
        stillReturns: 1,
      }));
    }
    for (const timed of this.#branches) {
      const { branch } = timed;
      const waited = (Math.max(0, nowMs - branch.sinceMs) / gaps.meanStepMs) * speed;
      const tables = gaps.tables(gapAgent(branch), branch.kind);
      const bin = gaps.binAt(waited, timed.bin);
      if (tables === timed.tables && tables.stamp === timed.stamp && bin === timed.bin) continue;
      timed.tables = tables;
      timed.stamp = tables.stamp;
      timed.bin = bin;
      if (branch.kind === 'user') {
        timed.stillReturns = stillReturns(branch.returnChance, tables.at(bin).longer);
      }
      changed = true;
    }
    if (speed !== this.#speed) {
      this.#speed = speed;
      this.#pacing.set(speed);
      this.#paceVersion++;
    }
    const answer = gaps.answer();
    if (answer !== this.#answer) {
      this.#answer = answer;
      changed = true;
    }
    if (changed) this.#curveVersion++;
  }

  /** Writes P(at least one of the branches), taken as independent. */
  #any(into: Float64Array, at: number, write: (branch: TimedBranch) => void): void {
    into.fill(0, at, at + gridSize);
    for (const timed of this.#branches) {
      if (timed.branch.passage === undefined) continue;
      write(timed);
      for (let i = 0; i < gridSize; i++) {
        const own = Math.min(mostCertain, Math.max(0, (passage[i] ?? 0) * timed.stillReturns));
        const before = into[at + i] ?? 0;
        into[at + i] = Math.min(mostCertain, before + own - before * own);
      }
    }
  }
}
