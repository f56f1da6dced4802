import { fairness } from '@entresol/policies/fairness';
import type { Policy } from '@entresol/runtime-core';
import { seededRandom } from '@entresol/runtime-core/testing';
import { quantile } from 'simple-statistics';
import type { BenchSize } from './bench-size.ts';
import { fewer, measurement } from './policy-measurement.ts';
import type { Judge, PolicyMeasurement } from './policy-measurement.ts';
import { runRush } from './tenant-rush.ts';

const fair = (): readonly Policy[] => [fairness({ mode: 'on' })];

/** Prompts of 20 to 80 words and replies of 10 to 60, the same in both arms. */
function wordsOf(seed: number): () => { readonly prompt: number; readonly reply: number } {
  const random = seededRandom(seed);
  return () => ({
    prompt: 20 + Math.floor(60 * random()),
    reply: 10 + Math.floor(50 * random()),
  });
}

const atMost =
  (limit: number): Judge =>
  ({ with: value }) => ({ threshold: `at most ${limit} with it`, met: value <= limit });

const within =
  (share: number): Judge =>
  ({ without, with: value }) => ({
    threshold: `a change of at most ${share * 100} %`,
    met: Math.abs(value / without - 1) <= share,
  });

const twoTenants = (untilMs: number): PolicyMeasurement =>
  measurement({
    policy: 'fairness',
    workload: 'two equal tenants, 4 sessions and 80, at most 4 calls at once',
    evidence: 'measured',
    pairs: 5,
    metrics: {
      ratio: {
        metric: 'tokens of the tenant that got more, over those of the other',
        unit: 'ratio',
        expectedToHelp: true,
        judge: atMost(1.1),
      },
      wait: {
        metric: 'p95 wait of the small tenant',
        unit: 'virtual ms',
        expectedToHelp: true,
        judge: fewer,
      },
      waitOfLarge: {
        metric: 'p95 wait of the large tenant',
        unit: 'virtual ms',
        expectedToHelp: false,
        // Half of the engine instead of 80/84 of it, and sessions take turns by tokens: a call of the largest size, 1.67
        // times the mean, waits that much longer.
        judge: ({ without, with: value }) => ({
          threshold: 'at most 3.2 times with it',
          met: value <= 3.2 * without,
        }),
      },
    },
    measure: async (seed, signal) => {
      const sessions = { small: 4, large: 80 };
      const play = async (
        policies: readonly Policy[],
      ): Promise<Readonly<Record<'ratio' | 'wait' | 'waitOfLarge', number>>> => {
        const words = wordsOf(seed);
        const { work, waitsMs } = await runRush({ policies, sessions, words, untilMs }, signal);
        const ratio = (work['large'] ?? 0) / (work['small'] ?? 1);
        const p95 = (tenant: string): number => quantile([...(waitsMs[tenant] ?? [0])], 0.95);
        return {
          ratio: Math.max(ratio, 1 / ratio),
          wait: p95('small'),
          waitOfLarge: p95('large'),
        };
      };
      const without = await play([]);
      const shared = await play(fair());
      return {
        ratio: { without: without.ratio, with: shared.ratio },
        wait: { without: without.wait, with: shared.wait },
        waitOfLarge: { without: without.waitOfLarge, with: shared.waitOfLarge },
      };
    },
  });

const singleTenant = (untilMs: number): PolicyMeasurement =>
  measurement({
    policy: 'fairness',
    workload: 'one tenant with 40 sessions, at most 4 calls at once',
    evidence: 'measured',
    pairs: 5,
    metrics: {
      answered: {
        metric: 'calls answered',
        unit: 'calls',
        expectedToHelp: false,
        judge: within(0.02),
      },
    },
    measure: async (seed, signal) => {
      const sessions = { only: 40 };
      const play = async (policies: readonly Policy[]): Promise<number> =>
        (await runRush({ policies, sessions, words: wordsOf(seed), untilMs }, signal)).answered;
      return { answered: { without: await play([]), with: await play(fair()) } };
    },
  });

export const fairnessMeasurements = (size: BenchSize): readonly PolicyMeasurement[] => {
  const untilMs = size === 'quick' ? 20_000 : 60_000;
  return [twoTenants(untilMs), singleTenant(untilMs)];
};
