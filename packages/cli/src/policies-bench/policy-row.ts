/** One line of `bench:policies`: what a policy did to one figure of one workload. */
export interface PolicyRow {
  readonly policy: string;
  readonly workload: string;
  readonly metric: string;
  /** Mean over the pairs without the policy, and with it. */
  readonly without: number;
  readonly with: number;
  readonly unit: string;
  /** 95 % interval of the mean difference with − without over the pairs; null where one pair has no spread. */
  readonly low: number | null;
  readonly high: number | null;
  /** False for the adversarial workload, where the policy must do no harm. */
  readonly expectedToHelp: boolean;
  /** What had to hold, in words. */
  readonly threshold: string;
  readonly met: boolean;
  /** `measured`: on what ran. `modelled`: what an engine with a block cache that forgets nothing would have found. */
  readonly evidence: 'measured' | 'modelled';
  readonly pairs: number;
}
