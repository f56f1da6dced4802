import { layOutWaits, medianOf } from './remaining-waits.ts';
import type { GapClass } from './remaining-waits.ts';
import { stepsWithin } from './steps-within.ts';
import { waitOf } from './wait-bins.ts';

/** What is to be expected of a branch that has waited for some time. */
export interface ResidualGap {
  /** P(the j-th next step happens within timeGrid[i]), row-major [i][j - 1]; computed when first read. */
  readonly within: Float64Array;
  /** P(a gap of this class is longer than the wait), unconditioned. */
  readonly longer: number;
  /** Median of the remaining wait, in mean steps. */
  readonly median: number;
  /** Gaps of this class or kind seen, decayed: 0 = the prior speaks. */
  readonly seen: number;
}

/** Residual gaps of one class by wait, from copies of its histograms: functions of those, whenever they are asked for. */
export class GapTables {
  #own: GapClass | undefined;
  /** Of the whole kind, as the tables know it. */
  pooled: GapClass;
  #byBin: (ResidualGap | undefined)[] = [];
  #stamp = 0;

  /** @param own - undefined = all classes of the kind that have no tables of their own */
  constructor(own: GapClass | undefined, pooled: GapClass) {
    this.#own = own;
    this.pooled = pooled;
  }

  /** Changes when the tables do. */
  get stamp(): number {
    return this.#stamp;
  }

  renew(own: GapClass | undefined, pooled: GapClass): void {
    this.#own = own;
    this.pooled = pooled;
    this.#byBin = [];
    this.#stamp++;
  }

  /** @param bin - of the time already waited */
  at(bin: number): ResidualGap {
    return (this.#byBin[bin] ??= tabulate(this.#own, this.pooled, waitOf(bin)));
  }
}

function tabulate(own: GapClass | undefined, pooled: GapClass, waited: number): ResidualGap {
  const { longer, norm, points } = layOutWaits(pooled, own, waited);
  const median = medianOf(points, norm);
  let within: Float64Array | undefined;
  return {
    get within() {
      if (within === undefined) {
        // Laid out again, since others have been laid out in the same room: from copies that do not change.
        const again = layOutWaits(pooled, own, waited);
        within = stepsWithin(again.points, again.norm);
      }
      return within;
    },
    longer,
    median,
    seen: Math.max(own?.total ?? 0, pooled.total),
  };
}
