import type { Policy } from '../../src/index.ts';
import { PolicyTrial } from '../../src/policy-trial.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { policyOf } from './setting.ts';

export const blockMs = 1_000;
/** The same draws in the runtime and in the test. */
export const key = (): number => 0.25;

/** A policy that does nothing, and the draws that say where it would. */
export function probe(interference: Policy['interference']): {
  readonly policy: Policy;
  readonly trial: PolicyTrial;
} {
  const policy = policyOf({ name: 'probe', mode: 'on', interference });
  const trial = new PolicyTrial(new ManualClock(), { holdout: 0.5, blockMs }, key);
  return { policy, trial };
}
