import { advance, maxVisits, visitsOf } from './branch-context.ts';
import type { BranchContext } from './branch-context.ts';
import { FarPassage, leastTold } from './far-passage.ts';
import type { FirstOrderRows } from './far-passage.ts';
import { horizonSteps } from './horizon.ts';
import { END, PAUSE } from './symbols.ts';
import { callCountKey } from './transition-counts.ts';

/** Where next-symbol distributions come from. */
export interface PassageSource extends FirstOrderRows {
  /** May be written into `into` when that has the length. */
  distribution(context: BranchContext, into?: Float64Array): Float64Array;
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
  /** Is there any of the latter? */
  readonly pauses: boolean;
}

/**
 * Steps out of all states, side by side: those of state i are [first[i], first[i + 1]). Plain arrays: a typed array is
 * allocated outside the heap, which would cost more than finding the steps.
 */
interface Steps {
  readonly first: readonly number[];
  /** {@link beyond} where a step leaves the graph for the order-1 chain. */
  readonly to: readonly number[];
  readonly symbol: readonly number[];
  readonly probability: readonly number[];
}

const beyond = -1;
/** Reach probability below which a walk goes no further. */
const negligible = 1e-5;
const noSteps: Steps = { first: [0], to: [], symbol: [], probability: [] };

let here = new Float64Array(64);
let next = new Float64Array(64);

/**
 * The reachable part of the call-count chain of one branch, breadth first and bounded; what does not fit is left to the
 * order-1 chain behind it. It is frozen when made, so answers from it never depend on when they are asked for.
 */
export class PassageGraph {
  #source: (() => Steps) | undefined;
  #laidOut: Steps | undefined;
  readonly #far: FarPassage | undefined;
  readonly #curves = new Map<number, PassageCurve>();

  /**
   * @param source - lays the steps out when they are first needed, from a state that does not change
   * @param far - what lies behind it; absent where no step leaves it
   */
  constructor(source: () => Steps, far?: FarPassage) {
    this.#source = source;
    this.#far = far;
  }

  /** Those told apart. */
  get states(): number {
    return this.#steps().first.length - 1;
  }

  #steps(): Steps {
    this.#laidOut ??= this.#source?.();
    this.#source = undefined;
    return this.#laidOut ?? noSteps;
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
    const { first, to, symbol, probability } = this.#steps();
    const states = this.states;
    const far = this.#far?.column(agent);
    const direct = new Float64Array(horizonSteps);
    const paused = new Float64Array(horizonSteps);
    if (here.length < 2 * states) {
      here = new Float64Array(2 * states);
      next = new Float64Array(2 * states);
    }
    here.fill(0, 0, 2 * states);
    here[0] = 1;
    for (let k = 0; k < horizonSteps; k++) {
      next.fill(0, 0, 2 * states);
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
          const x = symbol[s] ?? END;
          const state = to[s] ?? beyond;
          if (x === agent) {
            hits[k] = (hits[k] ?? 0) + moved;
          } else if (state !== beyond) {
            const at = state + (x === PAUSE ? states : offset);
            next[at] = (next[at] ?? 0) + moved;
          } else if (far !== undefined) {
            const late = after || x === PAUSE;
            addFar(late ? paused : direct, k + 1, far.direct, x, moved);
            if (far.paused !== undefined) addFar(paused, k + 1, far.paused, x, moved);
          }
        }
      }
      if (!alive) break;
      [here, next] = [next, here];
    }
    return { direct, paused, pauses: paused.some((p) => p > 0) };
  }
}

/** Adds to hits from step `from` on what a mass that has left for symbol `x` will make. */
function addFar(
  hits: Float64Array,
  from: number,
  passages: Float64Array,
  x: number,
  mass: number,
): void {
  let at = x * horizonSteps;
  for (let k = from; k < horizonSteps; k++) {
    hits[k] = (hits[k] ?? 0) + mass * (passages[at++] ?? 0);
  }
}

/** States by key: open addressing with linear probing, since a step is looked up for every pair of states. */
class StateTable {
  #keys = new Float64Array(0);
  #states = new Int32Array(0);
  #mask = 0;
  #slot = 0;
  #key = 0;
  size = 0;

  /** Empties it and makes room for `most` states. */
  begin(most: number): void {
    this.size = 0;
    if (this.#keys.length < 4 * most) {
      const slots = 2 ** Math.ceil(Math.log2(4 * most));
      this.#keys = new Float64Array(slots);
      this.#states = new Int32Array(slots);
      this.#mask = slots - 1;
    }
    this.#keys.fill(-1);
  }

  /** The state of a key; undefined when it has none, and then {@link take} gives it one. */
  at(key: number): number | undefined {
    let slot = Math.imul(key, 0x9e3779b1) >>> 16;
    for (;;) {
      slot &= this.#mask;
      const found = this.#keys[slot];
      if (found === key) return this.#states[slot];
      if (found === -1) break;
      slot++;
    }
    this.#slot = slot;
    this.#key = key;
    return undefined;
  }

  take(state: number): void {
    this.#keys[this.#slot] = this.#key;
    this.#states[this.#slot] = state;
    this.size++;
  }
}

const known = new StateTable();

const defaults: Required<PassageOptions> = { maxStates: 32, minMass: 0.01, minProbability: 0.003 };

/** The order-1 chain of the model as it stands in `source`. */
export function farPassage(source: FirstOrderRows): FarPassage {
  return new FarPassage(source, defaults.minProbability);
}

/**
 * Builds the graph of what `start` can lead to, as the model stands now.
 * @param far - what lies behind it; by default the order-1 chain of the same source
 */
export function expandPassage(
  source: PassageSource,
  start: BranchContext,
  options: PassageOptions = {},
  far?: FarPassage,
): PassageGraph {
  const bounds = { ...defaults, ...options };
  return new PassageGraph(
    () => {
      const steps = { first: [], to: [], symbol: [], probability: [] };
      layOut(steps, source, start, bounds);
      return steps;
    },
    far ?? new FarPassage(source, bounds.minProbability),
  );
}

/**
 * Appends the steps of all states. A function of its own, with nothing behind its loop: V8 enters a long loop of a cold
 * function with code that lacks whatever follows, and would throw that code away at the end of every call.
 */
function layOut(
  { first, to, symbol, probability }: { readonly [K in keyof Steps]: number[] },
  source: PassageSource,
  start: BranchContext,
  { maxStates, minMass, minProbability }: Required<PassageOptions>,
): void {
  const contexts: BranchContext[] = [start];
  const mass: number[] = [1];
  known.begin(maxStates);
  known.at(callCountKey(start.previous, start.current, visitsOf(start)));
  known.take(0);
  const least = Math.max(minProbability, Number.MIN_VALUE);
  let row: Float64Array | undefined;
  for (let i = 0; i < contexts.length; i++) {
    const from = contexts[i] ?? start;
    first.push(to.length);
    row = source.distribution(from, row);
    const lowest = leastTold(row, least);
    for (let x = PAUSE; x < row.length; x++) {
      const p = row[x] ?? 0;
      if (p < lowest) continue;
      const weight = (mass[i] ?? 0) * p;
      const visits = Math.min(maxVisits, (from.visits[x] ?? 0) + 1);
      let state = known.at(callCountKey(from.current, x, visits));
      if (state !== undefined) {
        mass[state] = (mass[state] ?? 0) + weight;
      } else if (known.size < maxStates && weight >= minMass) {
        state = contexts.length;
        known.take(state);
        contexts.push(advance(from, x));
        mass.push(weight);
      }
      to.push(state ?? beyond);
      symbol.push(x);
      probability.push(p);
    }
  }
  first.push(to.length);
}
