import { advance } from './branch-context.ts';
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

/** Steps out of one state: target state, symbol and probability side by side. */
interface Steps {
  readonly to: number[];
  readonly symbol: number[];
  readonly probability: number[];
}

/**
 * The reachable part of the call-count chain of one branch, breadth first and bounded; what does not fit collapses to
 * order-1 states. It is frozen when made, so answers from it never depend on when they are asked for.
 */
export class PassageGraph {
  readonly #steps: readonly Steps[];
  readonly #curves = new Map<number, PassageCurve>();

  constructor(steps: readonly Steps[]) {
    this.#steps = steps;
  }

  get states(): number {
    return this.#steps.length;
  }

  curve(agent: number): PassageCurve {
    let curve = this.#curves.get(agent);
    if (curve === undefined) {
      curve = this.#walk(agent);
      this.#curves.set(agent, curve);
    }
    return curve;
  }

  #walk(agent: number): PassageCurve {
    const states = this.#steps.length;
    const direct = new Float64Array(horizonSteps);
    const paused = new Float64Array(horizonSteps);
    let here = new Float64Array(2 * states);
    let next = new Float64Array(2 * states);
    here[0] = 1;
    for (let k = 0; k < horizonSteps; k++) {
      next.fill(0);
      for (let i = 0; i < states; i++) {
        const before = here[i] ?? 0;
        const after = here[states + i] ?? 0;
        const steps = this.#steps[i];
        if (before + after < 1e-7 || steps === undefined) continue;
        for (let s = 0; s < steps.symbol.length; s++) {
          const probability = steps.probability[s] ?? 0;
          const to = steps.to[s] ?? 0;
          const symbol = steps.symbol[s];
          if (symbol === agent) {
            direct[k] = (direct[k] ?? 0) + before * probability;
            paused[k] = (paused[k] ?? 0) + after * probability;
          } else if (symbol === PAUSE) {
            next[states + to] = (next[states + to] ?? 0) + (before + after) * probability;
          } else {
            next[to] = (next[to] ?? 0) + before * probability;
            next[states + to] = (next[states + to] ?? 0) + after * probability;
          }
        }
      }
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
  const known = new Map<number, number>([[callCountKey(start), 0]]);
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
    const context = advance(from, symbol);
    const key = callCountKey(context);
    const state = known.get(key);
    if (state !== undefined) {
      mass[state] = (mass[state] ?? 0) + weight;
      return state;
    }
    if (known.size >= maxStates || weight < minMass) return collapse(symbol);
    const made = current.length;
    known.set(key, made);
    contexts[made] = context;
    current[made] = symbol;
    mass[made] = weight;
    return made;
  };

  const graph: Steps[] = [];
  for (let i = 0; i < current.length; i++) {
    const context = contexts[i];
    const row =
      context === undefined ? source.orderOne(current[i] ?? END) : source.distribution(context);
    const steps: Steps = { to: [], symbol: [], probability: [] };
    for (let x = PAUSE; x < row.length; x++) {
      const probability = row[x] ?? 0;
      if (probability < minProbability || probability === 0) continue;
      steps.to.push(
        context === undefined ? collapse(x) : reach(context, x, (mass[i] ?? 0) * probability),
      );
      steps.symbol.push(x);
      steps.probability.push(probability);
    }
    graph.push(steps);
  }
  return new PassageGraph(graph);
}
