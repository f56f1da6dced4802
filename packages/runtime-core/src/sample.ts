/** Count, mean and variance of numbers, in constant memory (Welford, 1962). */
export class Sample {
  count = 0;
  mean = 0;
  #squares = 0;

  add(value: number): void {
    this.count += 1;
    const step = value - this.mean;
    this.mean += step / this.count;
    this.#squares += step * (value - this.mean);
  }

  /** Of the mean, squared; undefined for fewer than two. */
  get squaredError(): number | undefined {
    return this.count < 2 ? undefined : this.#squares / (this.count - 1) / this.count;
  }
}

/** Fewer degrees of freedom give no interval worth showing. */
const leastFreedom = 3;
const normal = 1.959963984540054;

/**
 * Half of the 95 % interval of the difference of two means with unequal variances (Welch, 1947).
 * @returns undefined when there is too little to say
 */
export function welchMargin(a: Sample, b: Sample): number | undefined {
  const [ofA, ofB] = [a.squaredError, b.squaredError];
  if (ofA === undefined || ofB === undefined) return undefined;
  const both = ofA + ofB;
  if (both === 0) return Math.min(a.count, b.count) > leastFreedom ? 0 : undefined;
  const freedom = both ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1));
  return freedom < leastFreedom ? undefined : studentQuantile(freedom) * Math.sqrt(both);
}

/** 97.5 % of Student's t by the expansion of Abramowitz and Stegun, 26.7.5: within 1 % from 3 degrees of freedom on. */
function studentQuantile(freedom: number): number {
  const z = normal;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, at) => sum + term / freedom ** (at + 1), z);
}
