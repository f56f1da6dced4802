import { gapAgent } from '../session-branch.ts';
import type { Branch } from '../session-branch.ts';
import type { SessionTrack } from '../session-track.ts';
import type { GapTables } from './gap-tables.ts';
import { stillReturns } from './survival-curve.ts';
import { gridSize } from './time-grid.ts';

/** Most that a session counts for: no call is certain. */
const mostCertain = 0.9999;

interface TimedBranch {
  readonly branch: Branch;
  tables: GapTables;
  stamp: number;
  /** Of its wait. */
  bin: number;
  stillReturns: number;
}

const passage = new Float64Array(gridSize);
const any = new Float64Array(gridSize);
let versions = 0;

/**
 * When a session will call its agents. A session changes when an event of its own arrives, when one of its waits has grown
 * by a bin, or when gaps like it were learned; until then its curves stand, whatever happens in other sessions.
 */
export class SessionCurves {
  readonly #session: SessionTrack;
  #heard = -1;
  #nowMs = Number.NaN;
  #moved = true;
  #renewals = -1;
  #answer: Float64Array | undefined;
  #branches: readonly TimedBranch[] = [];
  #version = ++versions;

  constructor(session: SessionTrack) {
    this.#session = session;
  }

  /** An event of the session moved its branches. */
  moved(): void {
    this.#moved = true;
  }

  /** Stands for the curves at a time: no other curves, of no session, have it. */
  version(nowMs: number): number {
    if (this.#heard !== this.#session.model.heard || this.#nowMs !== nowMs) this.#bring(nowMs);
    return this.#version;
  }

  /** P(the session calls `agent` within timeGrid[i]). */
  used(agent: number, nowMs: number): Float64Array {
    this.#bring(nowMs);
    this.#writeUsed(agent);
    return any.slice();
  }

  /** As {@link used}, each passage weighted by the share of the prompt that is reused at its step. */
  reused(agent: number, nowMs: number, amounts: Float64Array): Float64Array {
    this.#bring(nowMs);
    any.fill(0);
    for (const timed of this.#branches) {
      const within = timed.tables.at(timed.bin).within;
      if (timed.branch.passage === undefined) continue;
      timed.branch.passage.writeReused(agent, within, amounts, passage);
      addPassage(timed.stillReturns);
    }
    return any.slice();
  }

  /** Writes 1 − P(the session calls `agent` within timeGrid[i]), as of the last {@link version}. */
  writeLeft(agent: number, into: Float64Array, at: number): void {
    // Nearly always there is one branch, and this is most of what a refresh does: one pass instead of three.
    const [only] = this.#branches;
    if (this.#branches.length === 1 && only?.branch.passage !== undefined) {
      only.branch.passage.write(agent, only.tables.at(only.bin).within, passage);
      const returns = only.stillReturns;
      for (let i = 0; i < gridSize; i++) {
        const own = (passage[i] ?? 0) * returns;
        into[at + i] = 1 - (own < mostCertain ? own : mostCertain);
      }
      return;
    }
    this.#writeUsed(agent);
    for (let i = 0; i < gridSize; i++) into[at + i] = 1 - (any[i] ?? 0);
  }

  #writeUsed(agent: number): void {
    let first = true;
    for (const timed of this.#branches) {
      if (timed.branch.passage === undefined) continue;
      timed.branch.passage.write(agent, timed.tables.at(timed.bin).within, passage);
      if (first) setPassage(timed.stillReturns);
      else addPassage(timed.stillReturns);
      first = false;
    }
    if (first) any.fill(0);
  }

  /** Finds out what has changed. */
  #bring(nowMs: number): void {
    const { model } = this.#session;
    if (this.#heard === model.heard && this.#nowMs === nowMs) return;
    this.#heard = model.heard;
    this.#nowMs = nowMs;
    const { gaps } = model;
    const renewed = this.#renewals !== gaps.renewals;
    this.#renewals = gaps.renewals;
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
      const waited = Math.max(0, nowMs - branch.sinceMs) / gaps.meanStepMs;
      const tables = renewed ? gaps.tables(gapAgent(branch), branch.kind) : timed.tables;
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
    const answer = gaps.answer();
    if (answer !== this.#answer) {
      this.#answer = answer;
      changed = true;
    }
    if (changed) this.#version = ++versions;
  }
}

function setPassage(returns: number): void {
  for (let i = 0; i < gridSize; i++) {
    const own = (passage[i] ?? 0) * returns;
    any[i] = own < mostCertain ? own : mostCertain;
  }
}

/** Adds one branch, taken as independent of the others. */
function addPassage(returns: number): void {
  for (let i = 0; i < gridSize; i++) {
    const own = Math.min(mostCertain, (passage[i] ?? 0) * returns);
    const before = any[i] ?? 0;
    any[i] = Math.min(mostCertain, before + own - before * own);
  }
}
