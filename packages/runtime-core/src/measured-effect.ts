import { recordOf } from './json-record.ts';
import { marginOfDifference, Sample } from './sample.ts';
import type { SampleState } from './sample.ts';

/**
 * What is compared. `net-hit-rate`: share of prompt tokens that were not computed, warm-ups counted as computed.
 * `ttft-ms`: mean time to the first token, waits included. `tool-ms`: time in tools per call.
 */
export type EffectMetric = 'net-hit-rate' | 'ttft-ms' | 'tool-ms';

/** Measured effect of a policy on one figure. */
export interface MeasuredEffect {
  readonly metric: EffectMetric;
  /** Mean over the units in which the policy did not act, and did; undefined where there is none yet. */
  readonly without: number | undefined;
  readonly with: number | undefined;
  /** 95 % interval of with − without; undefined where there is too little to say. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly units: { readonly without: number; readonly with: number };
  /** `open`: the interval holds 0, or there is none. */
  readonly verdict: 'gain' | 'loss' | 'open';
  /** Units of the rarer kind that are still needed, if the difference stays what it is; absent when it is no longer open. */
  readonly stillNeeded?: number;
}

export type Figures = Readonly<Partial<Record<EffectMetric, number>>>;

const metrics: readonly EffectMetric[] = ['net-hit-rate', 'ttft-ms', 'tool-ms'];
/** More of these is better. */
const wanted: Readonly<Record<EffectMetric, 1 | -1>> = {
  'net-hit-rate': 1,
  'ttft-ms': -1,
  'tool-ms': -1,
};
const leastUnits = 5;

type Arm = Readonly<Record<EffectMetric, Sample>>;
type ArmState = Readonly<Record<EffectMetric, SampleState>>;

/** Units in which the policy acted, and in which it did not. */
export class Arms {
  readonly #without: Arm;
  readonly #with: Arm;

  constructor(without: Arm = emptyArm(), withIt: Arm = emptyArm()) {
    this.#without = without;
    this.#with = withIt;
  }

  /** @throws {TypeError} for what no arms have been */
  static from(saved: unknown): Arms {
    const { without, with: withIt } = recordOf(saved);
    return new Arms(armFrom(without), armFrom(withIt));
  }

  add(acted: boolean, figures: Figures): void {
    const arm = acted ? this.#with : this.#without;
    for (const metric of metrics) {
      const value = figures[metric];
      if (value !== undefined) arm[metric].add(value);
    }
  }

  merge(other: Arms): void {
    for (const metric of metrics) {
      this.#without[metric].merge(other.#without[metric]);
      this.#with[metric].merge(other.#with[metric]);
    }
  }

  /** No tool has run, no word of tools. */
  effects(): readonly MeasuredEffect[] {
    const [off, on] = [this.#without, this.#with];
    const ran = off['tool-ms'].mean > 0 || on['tool-ms'].mean > 0;
    return metrics
      .filter((metric) => metric !== 'tool-ms' || ran)
      .map((metric) => effectOn(metric, off[metric], on[metric]));
  }

  toJSON(): { readonly without: ArmState; readonly with: ArmState } {
    return { without: stateOf(this.#without), with: stateOf(this.#with) };
  }
}

function effectOn(metric: EffectMetric, off: Sample, on: Sample): MeasuredEffect {
  const difference = on.mean - off.mean;
  const margin = marginOfDifference(off, on);
  const fewest = Math.min(off.count, on.count);
  const figures = {
    metric,
    without: meanOf(off),
    with: meanOf(on),
    low: margin === undefined ? undefined : difference - margin,
    high: margin === undefined ? undefined : difference + margin,
    units: { without: off.count, with: on.count },
  };
  if (margin !== undefined && Math.abs(difference) > margin) {
    return { ...figures, verdict: difference * wanted[metric] > 0 ? 'gain' : 'loss' };
  }
  if (margin === undefined || difference === 0) {
    const stillNeeded = Math.max(0, leastUnits - fewest);
    return { ...figures, verdict: 'open', ...(stillNeeded > 0 && { stillNeeded }) };
  }
  // The margin falls with the root of the number of units.
  const needed = Math.ceil(fewest * (margin / Math.abs(difference)) ** 2);
  return { ...figures, verdict: 'open', stillNeeded: Math.max(1, needed - fewest) };
}

function meanOf({ count, mean }: Sample): number | undefined {
  return count === 0 ? undefined : mean;
}

function emptyArm(): Arm {
  return { 'net-hit-rate': new Sample(), 'ttft-ms': new Sample(), 'tool-ms': new Sample() };
}

function armFrom(saved: unknown): Arm {
  const of = recordOf(saved);
  const [hits, ttft, tools] = metrics.map((metric) => Sample.from(of[metric]));
  if (hits === undefined || ttft === undefined || tools === undefined)
    throw new TypeError('no arm');
  return { 'net-hit-rate': hits, 'ttft-ms': ttft, 'tool-ms': tools };
}

function stateOf(arm: Arm): ArmState {
  return {
    'net-hit-rate': arm['net-hit-rate'].toJSON(),
    'ttft-ms': arm['ttft-ms'].toJSON(),
    'tool-ms': arm['tool-ms'].toJSON(),
  };
}
