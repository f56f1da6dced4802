import type { PassageGraph } from '../markov/passage-graph.ts';
import type { ResidualGap } from './gap-histogram.ts';
import { passageIfReturns } from './survival-curve.ts';
import type { BranchTiming } from './survival-curve.ts';

/**
 * First passages of one branch by agent. A passage is a function of the branch's graph, which is frozen, and of its
 * timing, whose tables are made anew when anything in them changes: the same tables mean the same passage.
 */
export class PassageMemo {
  readonly graph: PassageGraph;
  #gap: ResidualGap | undefined;
  #answer: Float64Array | undefined;
  #byAgent: Map<number, Float64Array> | undefined;

  constructor(graph: PassageGraph) {
    this.graph = graph;
  }

  /** @returns as {@link passageIfReturns} does; shared, not to be written to */
  passage(agent: number, { gap, answer }: BranchTiming): Float64Array {
    if (this.#gap !== gap || this.#answer !== answer) {
      this.#byAgent = undefined;
      this.#gap = gap;
      this.#answer = answer;
    }
    this.#byAgent ??= new Map();
    let passage = this.#byAgent.get(agent);
    if (passage === undefined) {
      passage = passageIfReturns(this.graph.curve(agent), { gap, answer });
      this.#byAgent.set(agent, passage);
    }
    return passage;
  }
}
