const longestStep = 5;

/** How fast one session is against the mean of its workload: 2 = twice as fast. */
export interface SessionPace {
  readonly steps: number;
  /** Sum of its steps in mean steps, each clipped. */
  readonly units: number;
}

export function paceAfter(pace: SessionPace, stepUnits: number): SessionPace {
  return { steps: pace.steps + 1, units: pace.units + Math.min(stepUnits, longestStep) };
}

/** Shrinks session speeds to 1 by as many pseudo-steps as their spread asks for (empirical Bayes, gamma-Poisson). */
export class SpeedShrinkage {
  #excess = 0;
  #exposure = 0;

  get pseudoSteps(): number {
    if (this.#exposure === 0) return 30;
    // The share of the spread that is the sessions' own; none where they differ less than chance alone would make them.
    const spread = (this.#excess + 30) / (this.#exposure + 1000);
    return 1 / Math.min(1 / 2, Math.max(1 / 500, spread));
  }

  /** @returns in [0.1, 6] */
  speed({ steps, units }: SessionPace): number {
    const prior = this.pseudoSteps;
    return Math.min(6, Math.max(0.1, (steps + prior) / (units + prior)));
  }

  /** A session is over. */
  learn({ steps, units }: SessionPace): void {
    if (steps < 3) return;
    const difference = steps - units;
    this.#excess = (this.#excess + difference * difference - units) * 0.99;
    this.#exposure = (this.#exposure + units * units) * 0.99;
  }

  save(): readonly [number, number] {
    return [this.#excess, this.#exposure];
  }

  restore([excess, exposure]: readonly [number, number]): void {
    this.#excess = excess;
    this.#exposure = exposure;
  }
}
