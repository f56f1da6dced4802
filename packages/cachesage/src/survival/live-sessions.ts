import type { PrefixId } from '@entresol/runtime-core';
import type { SessionTrack } from '../session-track.ts';
import { gridSize } from './time-grid.ts';

/** Sessions that are multiplied at once. */
const atOnce = 4;

/** What all sessions say about one agent, side by side by place. */
interface AgentColumn {
  readonly agent: number;
  /** Turn for which all of it is written, and the last one in which it was asked for. */
  writtenTurn: number;
  askedTurn: number;
  /** 1 − P(the session calls the agent within timeGrid[i]). */
  left: Float64Array;
  /** Versions of the sessions' curves that `left` was written from. */
  readonly versions: number[];
  /** Role prefixes that the session's last call of the agent brought; undefined before its first. */
  readonly roles: (ReadonlySet<PrefixId> | undefined)[];
}

/**
 * The live sessions of a workload, and for each agent that was asked about what they leave of it. Each session has a
 * place; its part is written anew only when its curves are others than before.
 */
export class LiveSessions {
  readonly #sessions: SessionTrack[] = [];
  readonly #places = new Map<SessionTrack, number>();
  readonly #versions: number[] = [];
  readonly #columns: (AgentColumn | undefined)[] = [];
  /** Columns asked for in this turn: most likely those of the next. */
  #asked: AgentColumn[] = [];
  /** Times at which anything was asked. */
  #turn = 0;
  #heard = -1;
  #nowMs = Number.NaN;

  add(session: SessionTrack): void {
    if (this.#places.has(session)) return;
    this.#places.set(session, this.#sessions.length);
    this.#sessions.push(session);
    this.#heard = -1;
  }

  /** The last session takes its place, so that there are no gaps. */
  delete(session: SessionTrack): void {
    const place = this.#places.get(session);
    const last = this.#sessions.pop();
    if (place === undefined || last === undefined) return;
    this.#places.delete(session);
    if (last !== session) {
      this.#sessions[place] = last;
      this.#places.set(last, place);
    }
    this.#versions.pop();
    this.#heard = -1;
  }

  /**
   * Multiplies `left[i]` by 1 − weight × P(the session calls `agent` within timeGrid[i]) for each session.
   * @param weightOf - from the role prefixes that a session has brought to the agent; the same for the same set
   */
  leave(
    agent: number,
    nowMs: number,
    weightOf: (roles: ReadonlySet<PrefixId> | undefined) => number,
    left: Float64Array,
  ): void {
    this.#bring(nowMs);
    const column = this.#columnOf(agent);
    if (column.writtenTurn !== this.#turn) this.#catchUp(column);
    if (column.askedTurn !== this.#turn) this.#asked.push(column);
    column.askedTurn = this.#turn;
    const { roles } = column;
    const live = this.#sessions.length;
    let known: ReadonlySet<PrefixId> | undefined;
    let weight = weightOf(known);
    const weights = roomFor(live);
    for (let place = 0; place < live; place++) {
      // Sessions that use the same variants share the set.
      const own = roles[place];
      if (own !== known) {
        known = own;
        weight = weightOf(own);
      }
      weights[place] = weight;
    }
    weights.fill(0, live);
    for (let place = 0; place < live; place += atOnce) {
      multiplyFour(left, column.left, weights, place);
    }
  }

  #columnOf(agent: number): AgentColumn {
    return (this.#columns[agent] ??= {
      agent,
      writtenTurn: -1,
      askedTurn: -1,
      left: new Float64Array(0),
      versions: [],
      roles: [],
    });
  }

  /** A new turn: what has changed is written session by session, for the columns of the turn before. */
  #bring(nowMs: number): void {
    const heard = this.#sessions[0]?.model.heard;
    if (heard === undefined || (this.#heard === heard && this.#nowMs === nowMs)) return;
    this.#heard = heard;
    this.#nowMs = nowMs;
    this.#turn++;
    const columns = this.#asked;
    this.#asked = [];
    for (const column of columns) {
      this.#makeRoom(column);
      column.writtenTurn = this.#turn;
    }
    for (let place = 0; place < this.#sessions.length; place++) {
      const version = this.#sessions[place]?.curves.version(nowMs) ?? 0;
      if (this.#versions[place] === version) continue;
      this.#versions[place] = version;
      for (const column of columns) this.#write(column, place, version);
    }
  }

  #catchUp(column: AgentColumn): void {
    this.#makeRoom(column);
    for (let place = 0; place < this.#sessions.length; place++) {
      const version = this.#versions[place] ?? 0;
      if (column.versions[place] !== version) this.#write(column, place, version);
    }
    column.writtenTurn = this.#turn;
  }

  #makeRoom(column: AgentColumn): void {
    const live = this.#sessions.length;
    // Places behind the last are read with weight 0.
    if (column.left.length >= (live + atOnce) * gridSize) return;
    const left = new Float64Array((2 * live + atOnce) * gridSize);
    left.set(column.left);
    column.left = left;
  }

  #write(column: AgentColumn, place: number, version: number): void {
    const session = this.#sessions[place];
    column.versions[place] = version;
    column.roles[place] = session?.rolesOf(column.agent);
    session?.curves.writeLeft(column.agent, column.left, place * gridSize);
  }
}

let weightRoom = new Float64Array(0);

/** Room for a weight of each place, and for those that fill the last multiplication. */
function roomFor(places: number): Float64Array {
  if (weightRoom.length < places + atOnce) weightRoom = new Float64Array(2 * places + atOnce);
  return weightRoom;
}

/** Multiplies by what four sessions leave that stand side by side, those of weight 0 by 1. */
function multiplyFour(
  left: Float64Array,
  by: Float64Array,
  weights: Float64Array,
  place: number,
): void {
  const a = weights[place] ?? 0;
  const b = weights[place + 1] ?? 0;
  const c = weights[place + 2] ?? 0;
  const d = weights[place + 3] ?? 0;
  let at = place * gridSize;
  for (let i = 0; i < gridSize; i++) {
    const first = (1 - a + a * (by[at] ?? 0)) * (1 - b + b * (by[at + gridSize] ?? 0));
    const last =
      (1 - c + c * (by[at + 2 * gridSize] ?? 0)) * (1 - d + d * (by[at + 3 * gridSize] ?? 0));
    left[i] = (left[i] ?? 0) * (first * last);
    at++;
  }
}
