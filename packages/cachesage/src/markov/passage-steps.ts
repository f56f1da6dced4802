import { advance, maxVisits, visitsOf } from './branch-context.ts';
import type { BranchContext } from './branch-context.ts';
import { leastTold } from './far-passage.ts';
import type { FirstOrderRows } from './far-passage.ts';
import { PAUSE } from './symbols.ts';
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

/**
 * Steps out of the states told apart, side by side: those of state i are [first[i], first[i + 1]). Plain arrays: a typed
 * array is allocated outside the heap, which would cost more than finding the steps.
 */
export interface Steps {
  readonly first: readonly number[];
  /** {@link beyond} where a step leaves the graph for the order-1 chain; steps to one state have one symbol. */
  readonly to: readonly number[];
  readonly symbol: readonly number[];
  readonly probability: readonly number[];
}

export const beyond: number = -1;

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

/** The steps of what `start` can lead to, breadth first and bounded. */
export function layOutSteps(
  source: PassageSource,
  start: BranchContext,
  bounds: Required<PassageOptions>,
): Steps {
  const steps = { first: [], to: [], symbol: [], probability: [] };
  append(steps, source, start, bounds);
  return steps;
}

/**
 * Appends the steps of all states. A function of its own, with nothing behind its loop: V8 enters a long loop of a cold
 * function with code that lacks whatever follows, and would throw that code away at the end of every call.
 */
function append(
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
