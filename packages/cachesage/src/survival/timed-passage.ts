import { horizonSteps } from '../markov/horizon.ts';
import type { PassageGraph } from '../markov/passage-graph.ts';
import type { GapModel } from './gap-histogram.ts';
import { gridSize } from './time-grid.ts';

const one = new Float64Array(horizonSteps).fill(1);

/**
 * A passage graph in time: its step counts turned into time by the gaps of a branch. All branches that stand at its start
 * share it.
 */
export class TimedPassage {
  readonly graph: PassageGraph;
  readonly #gaps: GapModel;
  /** By agent: passages behind a pause, which depend on the time of answers and not on the branch's own wait. */
  readonly #answered = new Map<number, Float64Array>();
  #answer: Float64Array | undefined;

  constructor(graph: PassageGraph, gaps: GapModel) {
    this.graph = graph;
    this.#gaps = gaps;
  }

  /**
   * Writes P(first passage within timeGrid[i]) to `into[i]`, given that the session returns; not bounded.
   * @param within - P(the j-th next step within timeGrid[i]), row-major [i][j - 1]
   */
  write(agent: number, within: Float64Array, into: Float64Array): void {
    const { direct, pauses } = this.graph.curve(agent);
    const answered = pauses ? this.#afterAnswer(agent) : undefined;
    for (let i = 0; i < gridSize; i++) {
      const row = i * horizonSteps;
      let sum = answered?.[i] ?? 0;
      for (let k = 0; k < horizonSteps; k++) sum += (within[row + k] ?? 0) * (direct[k] ?? 0);
      into[i] = sum;
    }
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
    const { direct, paused, pauses } = this.graph.curve(agent);
    into.fill(0);
    addSteps(into, within, direct, amounts);
    if (pauses) addSteps(into, this.#gaps.answer(), paused, amounts);
  }

  #afterAnswer(agent: number): Float64Array {
    const answer = this.#gaps.answer();
    if (this.#answer !== answer) {
      this.#answered.clear();
      this.#answer = answer;
    }
    let answered = this.#answered.get(agent);
    if (answered === undefined) {
      answered = new Float64Array(gridSize);
      addSteps(answered, answer, this.graph.curve(agent).paused, one);
      this.#answered.set(agent, answered);
    }
    return answered;
  }
}

function addSteps(
  into: Float64Array,
  within: Float64Array,
  passage: Float64Array,
  amounts: Float64Array,
): void {
  for (let i = 0; i < gridSize; i++) {
    const row = i * horizonSteps;
    let sum = 0;
    for (let k = 0; k < horizonSteps; k++) {
      sum += (within[row + k] ?? 0) * (passage[k] ?? 0) * (amounts[k] ?? 0);
    }
    into[i] = (into[i] ?? 0) + sum;
  }
}
