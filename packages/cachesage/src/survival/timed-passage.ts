import { horizonSteps } from '../markov/horizon.ts';
import { slotSize } from '../markov/passage-graph.ts';
import type { PassageGraph } from '../markov/passage-graph.ts';
import type { GapModel } from './gap-histogram.ts';
import { gridSize } from './time-grid.ts';

const weighted = new Float64Array(slotSize);
/** What is known of the passages behind a pause. */
const [unknown, none, some] = [0, 1, 2];

/**
 * A passage graph in time: its step counts turned into time by the gaps of a branch. All branches that stand at its start
 * share it.
 */
export class TimedPassage {
  readonly #graph: PassageGraph;
  readonly #gaps: GapModel;
  /** By slot of the graph: passages behind a pause, which depend on the time of answers and not on the branch's own wait. */
  #answered = new Float64Array(0);
  readonly #state: number[] = [];
  #answer: Float64Array | undefined;

  constructor(graph: PassageGraph, gaps: GapModel) {
    this.#graph = graph;
    this.#gaps = gaps;
  }

  /**
   * Writes P(first passage within timeGrid[i]) to `into[i]`, given that the session returns; not bounded.
   * @param within - P(the j-th next step within timeGrid[i]), row-major [i][j - 1]
   */
  write(agent: number, within: Float64Array, into: Float64Array): void {
    const slot = this.#graph.slot(agent);
    const { hits } = this.#graph;
    const at = slot * slotSize;
    inSteps(within, hits, at, into);
    if (!this.#pauses(slot)) return;
    const answered = this.#answered;
    const from = slot * gridSize;
    for (let i = 0; i < gridSize; i++) into[i] = (into[i] ?? 0) + (answered[from + i] ?? 0);
  }

  /**
   * The same with each passage weighted by the share of the prompt that is reused at its step.
   * @param amounts - one per step
   */
  writeReused(
    agent: number,
    within: Float64Array,
    amounts: Float64Array,
    into: Float64Array,
  ): void {
    const slot = this.#graph.slot(agent);
    const { hits } = this.#graph;
    const at = slot * slotSize;
    for (let k = 0; k < slotSize; k++) {
      weighted[k] = (hits[at + k] ?? 0) * (amounts[k % horizonSteps] ?? 0);
    }
    for (let i = 0; i < gridSize; i++) into[i] = inStep(within, i * horizonSteps, weighted, 0);
    if (!this.#pauses(slot)) return;
    const answer = this.#gaps.answer();
    for (let i = 0; i < gridSize; i++) {
      into[i] = (into[i] ?? 0) + inStep(answer, i * horizonSteps, weighted, horizonSteps);
    }
  }

  /** Does the agent come behind a pause? Sees to it that it is known when, then. */
  #pauses(slot: number): boolean {
    const answer = this.#gaps.answer();
    if (this.#answer !== answer) {
      this.#state.fill(unknown);
      this.#answer = answer;
    }
    const known = this.#state[slot] ?? unknown;
    if (known !== unknown) return known === some;
    while (this.#state.length <= slot) this.#state.push(unknown);
    const { hits } = this.#graph;
    const at = slot * slotSize + horizonSteps;
    let sum = 0;
    for (let k = 0; k < horizonSteps; k++) sum += hits[at + k] ?? 0;
    this.#state[slot] = sum > 0 ? some : none;
    if (sum === 0) return false;
    if (this.#answered.length < (slot + 1) * gridSize) {
      const answered = new Float64Array(Math.max(hits.length / slotSize, slot + 1) * gridSize);
      answered.set(this.#answered);
      this.#answered = answered;
    }
    for (let i = 0; i < gridSize; i++) {
      this.#answered[slot * gridSize + i] = inStep(answer, i * horizonSteps, hits, at);
    }
    return true;
  }
}

/** Sum over steps of one row of a table. In four sums, so that no addition waits for the one before it. */
function inStep(table: Float64Array, row: number, passage: Float64Array, at: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < horizonSteps; k += 4) {
    a += (table[row + k] ?? 0) * (passage[at + k] ?? 0);
    b += (table[row + k + 1] ?? 0) * (passage[at + k + 1] ?? 0);
    c += (table[row + k + 2] ?? 0) * (passage[at + k + 2] ?? 0);
    d += (table[row + k + 3] ?? 0) * (passage[at + k + 3] ?? 0);
  }
  return a + b + (c + d);
}

/** The same for all rows, three at a time: a step's passage is read once for three. */
function inSteps(table: Float64Array, passage: Float64Array, at: number, into: Float64Array): void {
  for (let i = 0; i < gridSize; i += 3) {
    let cell = i * horizonSteps;
    let a = 0;
    let b = 0;
    let c = 0;
    for (let k = 0; k < horizonSteps; k++) {
      const p = passage[at + k] ?? 0;
      a += (table[cell] ?? 0) * p;
      b += (table[cell + horizonSteps] ?? 0) * p;
      c += (table[cell + 2 * horizonSteps] ?? 0) * p;
      cell++;
    }
    into[i] = a;
    into[i + 1] = b;
    into[i + 2] = c;
  }
}
