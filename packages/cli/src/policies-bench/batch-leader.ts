import { batchShaping } from '@entresol/policies/batch-shaping';
import type { Policy } from '@entresol/runtime-core';
import { seededRandom } from '@entresol/runtime-core/testing';
import { runFanOut } from './fan-out.ts';
import type { FanOutOutcome, FanOutSetting } from './fan-out.ts';
import { measurement, unchanged } from './policy-measurement.ts';
import type { Judge, Pair, PolicyMeasurement } from './policy-measurement.ts';

const atLeastLess =
  (share: number): Judge =>
  ({ without, with: value }) => ({
    threshold: `${share * 100} % less or better`,
    met: value <= (1 - share) * without,
  });

const notMore: Judge = ({ without, with: value }) => ({
  threshold: 'not more with it',
  met: value <= without,
});

type Load = Pick<FanOutSetting, 'resident' | 'prefill'>;

/** Prompts of a seed, the same without the policy and with it. */
async function playBoth(
  seed: number,
  load: Load,
  signal: AbortSignal,
): Promise<Readonly<Record<keyof FanOutOutcome, Pair>>> {
  const random = seededRandom(seed);
  const sizes = { shared: 300 + Math.floor(600 * random()), own: 20 + Math.floor(60 * random()) };
  const play = (policies: readonly Policy[]): Promise<FanOutOutcome> =>
    runFanOut({ policies, branches: 8, ...sizes, ...load }, signal);
  const without = await play([]);
  const shaped = await play([batchShaping({ mode: 'on', order: false })]);
  const pair = (key: keyof FanOutOutcome): Pair => ({ without: without[key], with: shaped[key] });
  return {
    computedTokens: pair('computedTokens'),
    lastMs: pair('lastMs'),
    slowestFirstTokenMs: pair('slowestFirstTokenMs'),
  };
}

const cold = (prefill: FanOutSetting['prefill'], engine: string): PolicyMeasurement =>
  measurement({
    policy: 'batch-shaping',
    workload: `fan-out of 8, cold shared prompt, ${engine}`,
    evidence: 'measured',
    pairs: 5,
    metrics: {
      computedTokens: {
        metric: 'computed prompt tokens',
        unit: 'tokens',
        expectedToHelp: true,
        judge: atLeastLess(0.6),
      },
      lastMs: {
        metric: 'last answer',
        unit: 'virtual ms',
        expectedToHelp: prefill === 'in-turn',
        judge: notMore,
      },
      slowestFirstTokenMs: {
        metric: 'slowest first token',
        unit: 'virtual ms',
        expectedToHelp: prefill === 'in-turn',
        judge: notMore,
      },
    },
    measure: (seed, signal) => playBoth(seed, { resident: false, prefill }, signal),
  });

const resident: PolicyMeasurement = measurement({
  policy: 'batch-shaping',
  workload: 'fan-out of 8, resident shared prompt',
  evidence: 'measured',
  pairs: 5,
  metrics: {
    computedTokens: {
      metric: 'computed prompt tokens',
      unit: 'tokens',
      expectedToHelp: false,
      judge: unchanged(),
    },
    lastMs: { metric: 'last answer', unit: 'virtual ms', expectedToHelp: false, judge: notMore },
    slowestFirstTokenMs: {
      metric: 'slowest first token',
      unit: 'virtual ms',
      expectedToHelp: false,
      judge: notMore,
    },
  },
  measure: (seed, signal) => playBoth(seed, { resident: true, prefill: 'side-by-side' }, signal),
});

export const batchLeaderMeasurements = (): readonly PolicyMeasurement[] => [
  cold('in-turn', 'prompts computed one after the other'),
  cold('side-by-side', 'prompts computed side by side, as hosted APIs do'),
  resident,
];
