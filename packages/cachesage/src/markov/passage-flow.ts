import { takeOff } from './far-passage.ts';
import type { FarColumn, FarPassage } from './far-passage.ts';
import { horizonSteps } from './horizon.ts';
import { beyond } from './passage-steps.ts';
import type { Steps } from './passage-steps.ts';
import { END, PAUSE } from './symbols.ts';

/** Mass of one state, after one step, that goes on as if only its agent were known: what circles in the graph is not followed. */
const leastFollowed = 1e-2;
/** Mass that leads nowhere. */
const negligible = 1e-4;
const noSteps: Steps = { first: [0], to: [], symbol: [], probability: [] };

/** Mass by cell, now and after the next step. */
let rooms = [new Float64Array(64), new Float64Array(64)] as const;

const arrived = new Float64Array(horizonSteps);
const returns = new Float64Array(horizonSteps);

/** Arrivals, one for each step, less those that follow an earlier one by a first return. */
function subtractReturns(
  arrivals: Float64Array,
  arrivalsAt: number,
  back: Float64Array,
  backAt: number,
  first: Float64Array,
): void {
  for (let k = 0; k < horizonSteps; k++) first[k] = arrivals[arrivalsAt + k] ?? 0;
  for (let j = 0; j < horizonSteps; j++) {
    const earlier = arrivals[arrivalsAt + j] ?? 0;
    if (earlier === 0) continue;
    let at = backAt;
    for (let k = j + 1; k < horizonSteps; k++) {
      first[k] = (first[k] ?? 0) - earlier * (back[at++] ?? 0);
    }
  }
}

function roomsFor(cells: number): readonly [Float64Array, Float64Array] {
  if (rooms[0].length < cells) rooms = [new Float64Array(cells), new Float64Array(cells)];
  return rooms;
}

/**
 * Where the mass of one branch is after each step, whoever has been called before. It is the same for all agents, so each
 * first passage is made from it: what was at the agent already is taken off, along the few paths that lead through it.
 *
 * Cells are states in two layers, the second with a pause behind them.
 */
export class PassageFlow {
  readonly states: number;
  readonly #steps: Steps;
  readonly #far: FarPassage | undefined;
  /** By state: symbol of the steps into it. */
  readonly #symbolOf: number[];
  /** Symbols that a state has. */
  readonly #told: (boolean | undefined)[] = [];
  /** Cells with mass, step after step: those after k steps are [level[k], level[k + 1]). */
  readonly #level: number[] = [];
  readonly #cell: number[] = [];
  readonly #mass: number[] = [];
  /** Arrivals in the order-1 chain by layer and symbol, one for each step. */
  readonly #arrivals: Float64Array;
  readonly #size: number;
  readonly #leastFollowed: number;

  /** @param far - what lies behind the steps; absent where none of them leaves */
  constructor(steps: Steps = noSteps, far?: FarPassage) {
    this.#steps = steps;
    this.#far = far;
    this.states = steps.first.length - 1;
    this.#size = far?.size ?? 0;
    this.#arrivals = new Float64Array(2 * this.#size * horizonSteps);
    this.#symbolOf = Array.from({ length: this.states }, () => END);
    for (let s = 0; s < steps.to.length; s++) {
      const state = steps.to[s] ?? beyond;
      if (state === beyond) continue;
      const x = steps.symbol[s] ?? END;
      this.#symbolOf[state] = x;
      this.#told[x] = true;
    }
    this.#leastFollowed = far === undefined ? negligible : leastFollowed;
    this.#run();
  }

  #run(): void {
    // What leaves after it has arrived in the graph spreads like an arrival and is none.
    const left: number[] = [];
    const leaving: number[] = [];
    const { first, to, symbol, probability } = this.#steps;
    const { states } = this;
    const arrivals = this.#arrivals;
    const size = this.#size;
    const least = this.#leastFollowed;
    const cells = 2 * states;
    let [here, next] = roomsFor(cells);
    here.fill(0, 0, cells);
    here[0] = 1;
    for (let k = 0; k <= horizonSteps; k++) {
      const before = this.#cell.length;
      this.#level.push(before);
      next.fill(0, 0, cells);
      for (let cell = 0; cell < cells; cell++) {
        const mass = here[cell] ?? 0;
        if (mass === 0) continue;
        this.#cell.push(cell);
        this.#mass.push(mass);
        if (k === horizonSteps) continue;
        const layer = cell < states ? 0 : 1;
        const state = cell - layer * states;
        if (k > 0 && mass < least) {
          left.push((layer * size + (this.#symbolOf[state] ?? END)) * horizonSteps + k - 1);
          leaving.push(mass);
          continue;
        }
        const end = first[state + 1] ?? 0;
        for (let s = first[state] ?? 0; s < end; s++) {
          const moved = mass * (probability[s] ?? 0);
          const x = symbol[s] ?? END;
          const into = x === PAUSE ? 1 : layer;
          const onTo = to[s] ?? beyond;
          if (onTo === beyond) {
            const at = (into * size + x) * horizonSteps + k;
            arrivals[at] = (arrivals[at] ?? 0) + moved;
          } else {
            const at = into * states + onTo;
            next[at] = (next[at] ?? 0) + moved;
          }
        }
      }
      if (before === this.#cell.length) break;
      [here, next] = [next, here];
    }
    this.#level.push(this.#cell.length);
    if (this.#far === undefined) return;
    left.forEach((at, i) => (arrivals[at] = (arrivals[at] ?? 0) + (leaving[i] ?? 0)));
    this.#far.spread(arrivals);
    left.forEach((at, i) => (arrivals[at] = (arrivals[at] ?? 0) - (leaving[i] ?? 0)));
  }

  /**
   * Writes first passages of the agent by step: the probability that step k + 1 is its first call.
   * @param direct - those without a pause on the way
   * @param paused - those with one
   */
  firstPassage(agent: number, direct: Float64Array, paused: Float64Array): void {
    direct.fill(0);
    paused.fill(0);
    // An agent that came later is in no row.
    const column = agent < this.#size ? this.#far?.column(agent) : undefined;
    if (column !== undefined) this.#firstArrivals(column, agent, direct, paused);
    if (this.#told[agent] === true) this.#firstCalls(column, agent, direct, paused);
    for (let k = 0; k < horizonSteps; k++) {
      if (!((direct[k] ?? 0) > 0)) direct[k] = 0;
      if (!((paused[k] ?? 0) > 0)) paused[k] = 0;
    }
  }

  /** Beyond the graph, by the renewal equation of the order-1 chain (Feller 1968, An Introduction to Probability Theory, XIII). */
  #firstArrivals(
    column: FarColumn,
    agent: number,
    direct: Float64Array,
    paused: Float64Array,
  ): void {
    const arrivals = this.#arrivals;
    const from = agent * horizonSteps;
    subtractReturns(arrivals, from, column.direct, from, direct);
    if (column.paused === undefined) return;
    const late = (this.#size + agent) * horizonSteps;
    for (let k = 0; k < horizonSteps; k++) {
      arrived[k] = (arrivals[from + k] ?? 0) + (arrivals[late + k] ?? 0);
      returns[k] = (column.direct[from + k] ?? 0) + (column.paused[from + k] ?? 0);
    }
    subtractReturns(arrived, 0, returns, 0, paused);
    for (let k = 0; k < horizonSteps; k++) paused[k] = (paused[k] ?? 0) - (direct[k] ?? 0);
  }

  /** In the graph: what comes to the agent's states for the first time; and beyond it, less what has been there. */
  #firstCalls(
    column: FarColumn | undefined,
    agent: number,
    direct: Float64Array,
    paused: Float64Array,
  ): void {
    const { first, to, symbol, probability } = this.#steps;
    const { states } = this;
    const symbolOf = this.#symbolOf;
    const least = this.#leastFollowed;
    const cells = 2 * states;
    // Mass that has been at the agent.
    let [here, next] = roomsFor(cells);
    let been = false;
    for (let k = 0; k < this.#level.length - 1; k++) {
      let goesOn = false;
      const until = this.#level[k + 1] ?? 0;
      for (let entry = this.#level[k] ?? 0; entry < until; entry++) {
        const cell = this.#cell[entry] ?? 0;
        const layer = cell < states ? 0 : 1;
        const state = cell - layer * states;
        let mass = been ? (here[cell] ?? 0) : 0;
        const atAgent = k > 0 && symbolOf[state] === agent;
        if (mass < negligible && !atAgent) continue;
        const all = this.#mass[entry] ?? 0;
        const hits = layer === 0 ? direct : paused;
        if (atAgent) {
          hits[k - 1] = (hits[k - 1] ?? 0) + all - mass;
          mass = all;
        }
        if (mass < negligible || k === horizonSteps) continue;
        if (all < least) {
          if (column !== undefined) {
            takeOff(column, symbolOf[state] ?? END, k - 1, mass, hits, paused);
          }
          continue;
        }
        if (!goesOn) next.fill(0, 0, cells);
        goesOn = true;
        const end = first[state + 1] ?? 0;
        for (let s = first[state] ?? 0; s < end; s++) {
          const moved = mass * (probability[s] ?? 0);
          const x = symbol[s] ?? END;
          const into = x === PAUSE ? 1 : layer;
          const onTo = to[s] ?? beyond;
          if (onTo !== beyond) {
            const at = into * states + onTo;
            next[at] = (next[at] ?? 0) + moved;
          } else if (moved >= negligible && column !== undefined) {
            const on = into === 0 ? direct : paused;
            if (x === agent) on[k] = (on[k] ?? 0) - moved;
            else takeOff(column, x, k, moved, on, paused);
          }
        }
      }
      been = goesOn;
      if (been) [here, next] = [next, here];
    }
  }
}
