import { advance, maxVisits, visitsOf } from './branch-context.ts';
import type { BranchContext } from './branch-context.ts';
import { END, PAUSE } from './symbols.ts';
import { callCountKey } from './transition-counts.ts';

/** Steps of its own branch that a prediction looks ahead. */
export const horizonSteps = 16;

/** Where next-symbol distributions come from. */
export interface PassageSource {
  distribution(context: BranchContext): Float64Array;
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

/** Builds the graph of what `start` can lead to, as the model stands now. */
export function expandPassage(
  source: PassageSource,
  start: BranchContext,
  { maxStates = 32, minMass = 0.01, minProbability = 0.003 }: PassageOptions = {},
): PassageGraph {
  const contexts: (BranchContext | undefined)[] = [start];
  const current: number[] = [start.current];
  const mass: number[] = [1];
  const known = new Map<number, number>([
    [callCountKey(start.previous, start.current, visitsOf(start)), 0],
  ]);
  const collapsed = new Map<number, number>();

  const collapse = (symbol: number): number => {
    let state = collapsed.get(symbol);
    if (state === undefined) {
      state = current.length;
      collapsed.set(symbol, state);
      contexts[state] = undefined;
      current[state] = symbol;
      mass[state] = 0;
    }
    return state;
  };
  const reach = (from: BranchContext, symbol: number, weight: number): number => {
    const visits = Math.min(maxVisits, (from.visits[symbol] ?? 0) + 1);
    const key = callCountKey(from.current, symbol, visits);
    const state = known.get(key);
    if (state !== undefined) {
      mass[state] = (mass[state] ?? 0) + weight;
      return state;
    }
    if (known.size >= maxStates || weight < minMass) return collapse(symbol);
    const made = current.length;
    known.set(key, made);
    contexts[made] = advance(from, symbol);
    current[made] = symbol;
    mass[made] = weight;
    return made;
  };

  const first: number[] = [];
  const to: number[] = [];
  const symbol: number[] = [];
  const probability: number[] = [];
  for (let i = 0; i < current.length; i++) {
    first.push(to.length);
    const context = contexts[i];
    const row =
      context === undefined ? source.orderOne(current[i] ?? END) : source.distribution(context);
    for (let x = PAUSE; x < row.length; x++) {
      const p = row[x] ?? 0;
      if (p < minProbability || p === 0) continue;
      to.push(context === undefined ? collapse(x) : reach(context, x, (mass[i] ?? 0) * p));
      symbol.push(x);
      probability.push(p);
    }
  }
  return new PassageGraph({
    first: Int32Array.from([...first, to.length]),
    to: Int32Array.from(to),
    symbol: Int32Array.from(symbol),
    probability: Float64Array.from(probability),
  });
}
