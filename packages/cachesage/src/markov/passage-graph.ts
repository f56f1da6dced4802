import { advance, maxVisits, visitsOf } from './branch-context.ts';
import type { BranchContext } from './branch-context.ts';
import { END, PAUSE } from './symbols.ts';
import { callCountKey } from './transition-counts.ts';

/** Steps of its own branch that a prediction looks ahead. */
export const horizonSteps = 16;

/** Where next-symbol distributions come from. */
export interface PassageSource {
  /** May be written into `into` when that has the length. */
  distribution(context: BranchContext, into?: Float64Array): Float64Array;
  orderOne(current: number): Float64Array;
}

export interface PassageOptions {
  /** States told apart; beyond, only the current agent is kept. */
  readonly maxStates?: number;
  /** Reach probability below which a state is not told apart. */
  readonly minMass?: number;
  /** Steps less probable than this are left out. */
  readonly minProbability?: number;
}

/** First passage to one agent by own steps: entry k is the probability that step k + 1 is the first call of it. */
export interface PassageCurve {
  /** Without a pause on the way. */
  readonly direct: Float64Array;
  /** With at least one pause on the way (a pause takes a step). */
  readonly paused: Float64Array;
}

/** Steps out of all states, side by side: those of state i are [first[i], first[i + 1]). */
interface Steps {
  readonly first: Int32Array;
  readonly to: Int32Array;
  readonly symbol: Int32Array;
  readonly probability: Float64Array;
}

/** Reach probability below which a walk goes no further. */
const negligible = 1e-5;

/**
 * The reachable part of the call-count chain of one branch, breadth first and bounded; what does not fit collapses to
 * order-1 states. It is frozen when made, so answers from it never depend on when they are asked for.
 */
export class PassageGraph {
  readonly #steps: Steps;
  readonly #curves = new Map<number, PassageCurve>();

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  get states(): number {
    return this.#steps.first.length - 1;
  }

  curve(agent: number): PassageCurve {
    let curve = this.#curves.get(agent);
    if (curve === undefined) {
      curve = this.#walk(agent);
      this.#curves.set(agent, curve);
    }
    return curve;
  }

  /** Forward, with the agent taken out once reached; states of the second half have a pause behind them. */
  #walk(agent: number): PassageCurve {
    const { first, to, symbol, probability } = this.#steps;
    const states = this.states;
    const direct = new Float64Array(horizonSteps);
    const paused = new Float64Array(horizonSteps);
    let here = new Float64Array(2 * states);
    let next = new Float64Array(2 * states);
    here[0] = 1;
    for (let k = 0; k < horizonSteps; k++) {
      next.fill(0);
      let alive = false;
      for (let i = 0; i < 2 * states; i++) {
        const mass = here[i] ?? 0;
        if (mass < negligible) continue;
        alive = true;
        const after = i >= states;
        const hits = after ? paused : direct;
        const offset = after ? states : 0;
        const end = first[i - offset + 1] ?? 0;
        for (let s = first[i - offset] ?? 0; s < end; s++) {
          const moved = mass * (probability[s] ?? 0);
          if (symbol[s] === agent) {
            hits[k] = (hits[k] ?? 0) + moved;
          } else {
            const at = (to[s] ?? 0) + (symbol[s] === PAUSE ? states : offset);
            next[at] = (next[at] ?? 0) + moved;
          }
        }
      }
      if (!alive) break;
      [here, next] = [next, here];
    }
    return { direct, paused };
  }
}

/** Room for the steps of one expansion, used again by the next: most of what it needs is written here and copied once. */
class StepRoom {
  to: Int32Array = new Int32Array(1024);
  symbol: Int32Array = new Int32Array(1024);
  probability: Float64Array = new Float64Array(1024);
  /** State of a collapsed symbol, plus 1; 0 = none yet. */
  collapsed: Int32Array = new Int32Array(64);

  /** Makes room for `steps` steps, and clears the collapsed states of `symbols` symbols. */
  begin(symbols: number): void {
    if (this.collapsed.length < symbols) this.collapsed = new Int32Array(2 * symbols);
    else this.collapsed.fill(0, 0, symbols);
  }

  grow(steps: number): void {
    if (steps <= this.to.length) return;
    const larger = { to: new Int32Array(2 * steps), symbol: new Int32Array(2 * steps) };
    const probability = new Float64Array(2 * steps);
    larger.to.set(this.to);
    larger.symbol.set(this.symbol);
    probability.set(this.probability);
    Object.assign(this, larger, { probability });
  }
}
const room = new StepRoom();

/** Builds the graph of what `start` can lead to, as the model stands now. */
export function expandPassage(
  source: PassageSource,
  start: BranchContext,
  { maxStates = 32, minMass = 0.01, minProbability = 0.003 }: PassageOptions = {},
): PassageGraph {
  /** Contexts of the states told apart; collapsed ones have none. */
  const contexts: (BranchContext | undefined)[] = [start];
  const current: number[] = [start.current];
  const mass: number[] = [1];
  const known = new Map<number, number>([
    [callCountKey(start.previous, start.current, visitsOf(start)), 0],
  ]);
  const least = Math.max(minProbability, Number.MIN_VALUE);
  const first: number[] = [];
  let steps = 0;
  let own: Float64Array | undefined;
  room.begin(source.orderOne(start.current).length);
  for (let i = 0; i < current.length; i++) {
    first.push(steps);
    const from = contexts[i];
    const at = current[i] ?? END;
    let row: Float64Array;
    if (from === undefined) row = source.orderOne(at);
    else row = own = source.distribution(from, own);
    room.grow(steps + row.length);
    const { to, symbol, probability, collapsed } = room;
    for (let x = PAUSE; x < row.length; x++) {
      const p = row[x] ?? 0;
      if (p < least) continue;
      let state: number | undefined;
      if (from !== undefined) {
        const weight = (mass[i] ?? 0) * p;
        const visits = Math.min(maxVisits, (from.visits[x] ?? 0) + 1);
        const key = callCountKey(at, x, visits);
        state = known.get(key);
        if (state !== undefined) {
          mass[state] = (mass[state] ?? 0) + weight;
        } else if (known.size < maxStates && weight >= minMass) {
          state = current.length;
          known.set(key, state);
          contexts.push(advance(from, x));
          current.push(x);
          mass.push(weight);
        }
      }
      if (state === undefined) {
        state = (collapsed[x] ?? 0) - 1;
        if (state < 0) {
          state = current.length;
          collapsed[x] = state + 1;
          contexts.push(undefined);
          current.push(x);
          mass.push(0);
        }
      }
      to[steps] = state;
      symbol[steps] = x;
      probability[steps] = p;
      steps++;
    }
  }
  first.push(steps);
  return new PassageGraph({
    first: new Int32Array(first),
    to: room.to.slice(0, steps),
    symbol: room.symbol.slice(0, steps),
    probability: room.probability.slice(0, steps),
  });
}
