import type { BranchContext } from './branch-context.ts';
import { FarPassage } from './far-passage.ts';
import type { FirstOrderRows } from './far-passage.ts';
import { horizonSteps } from './horizon.ts';
import { PassageFlow } from './passage-flow.ts';
import { layOutSteps } from './passage-steps.ts';
import type { PassageOptions, PassageSource, Steps } from './passage-steps.ts';

/** First passage to one agent by own steps: entry k is the probability that step k + 1 is the first call of it. */
export interface PassageCurve {
  /** Without a pause on the way. */
  readonly direct: Float64Array;
  /** With at least one pause on the way (a pause takes a step). */
  readonly paused: Float64Array;
}

/** Numbers of one agent in a graph. */
export const slotSize: number = 2 * horizonSteps;

/** Slots of a graph to begin with, where there are so many agents. */
const mostAtOnce = 64;

const direct = new Float64Array(horizonSteps);
const paused = new Float64Array(horizonSteps);

/**
 * The reachable part of the call-count chain of one branch, breadth first and bounded; what does not fit is left to the
 * order-1 chain behind it. It is frozen when made, so answers from it never depend on when they are asked for.
 */
export class PassageGraph {
  #source: (() => Steps) | undefined;
  readonly #far: FarPassage | undefined;
  #flow: PassageFlow | undefined;
  readonly #slots: number[] = [];
  #asked = 0;
  #hits = new Float64Array(0);

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
    return this.#laidOut().states;
  }

  /** First passages by slot: one number per step without a pause on the way, then one per step with a pause. */
  get hits(): Float64Array {
    return this.#hits;
  }

  /** Place of an agent among {@link hits}, counted from 0; they are made when first asked for. */
  slot(agent: number): number {
    const known = this.#slots[agent];
    if (known !== undefined) return known;
    const slot = this.#asked++;
    this.#slots[agent] = slot;
    if (this.#hits.length < this.#asked * slotSize) {
      const slots = Math.max(2 * slot, Math.min(mostAtOnce, this.#far?.size ?? 0));
      const hits = new Float64Array((slots + 1) * slotSize);
      hits.set(this.#hits);
      this.#hits = hits;
    }
    this.#laidOut().firstPassage(agent, direct, paused);
    this.#hits.set(direct, slot * slotSize);
    this.#hits.set(paused, slot * slotSize + horizonSteps);
    return slot;
  }

  curve(agent: number): PassageCurve {
    const at = this.slot(agent) * slotSize;
    return {
      direct: this.#hits.subarray(at, at + horizonSteps),
      paused: this.#hits.subarray(at + horizonSteps, at + slotSize),
    };
  }

  #laidOut(): PassageFlow {
    this.#flow ??= new PassageFlow(this.#source?.(), this.#far);
    this.#source = undefined;
    return this.#flow;
  }
}

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
    () => layOutSteps(source, start, bounds),
    far ?? new FarPassage(source, bounds.minProbability),
  );
}
