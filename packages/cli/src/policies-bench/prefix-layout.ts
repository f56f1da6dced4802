import type { PromptHabits } from '@entresol/example-load';
import { prefixLayout } from '@entresol/policies/prefix-layout';
import { seededRandom } from '@entresol/runtime-core/testing';
import { frameworkOf } from '../demo/example-names.ts';
import type { GraphName } from '../demo/example-names.ts';
import { blockHitRate } from './block-hits.ts';
import { runExampleScript } from './example-outcome.ts';
import { measurement, unchanged, withinOfReference } from './policy-measurement.ts';
import type { PolicyMeasurement } from './policy-measurement.ts';

const sessions = 12;

/** Another order of tools and another time of day at every call. */
function restless(seed: number): PromptHabits {
  const random = seededRandom(seed);
  let atMs = Date.UTC(2026, 0, 1);
  return {
    instructions: (text) => {
      atMs += 1_000;
      return `It is ${new Date(atMs).toISOString()}.\n${text}`;
    },
    tools: (tools) =>
      tools
        .map((tool) => ({ tool, at: random() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ tool }) => tool),
  };
}

const policies = () => [prefixLayout({ mode: 'on', volatile: [/^It is [-0-9T:.]+Z\.$/mu] })];

const hitRate = { metric: 'hit rate', unit: 'share of prompt text' } as const;

function onExample(graph: GraphName): readonly PolicyMeasurement[] {
  const name = `${graph} (${frameworkOf[graph]})`;
  const rate = async (
    seed: number,
    how: { readonly changes: boolean; readonly repairs: boolean },
    signal: AbortSignal,
  ): Promise<number> => {
    const run = await runExampleScript(
      {
        graph,
        seed,
        sessions,
        policies: how.repairs ? policies() : [],
        ...(how.changes ? { habits: restless(seed) } : {}),
      },
      signal,
    );
    if (run.failures > 0) throw new Error(`${run.failures} sessions of ${graph} failed`);
    return blockHitRate(run.requests);
  };
  return [
    measurement({
      policy: 'prefix-layout',
      workload: `${name}, tools in random order and the time in the system prompt`,
      evidence: 'modelled',
      pairs: 5,
      metrics: {
        hits: {
          ...hitRate,
          expectedToHelp: true,
          judge: withinOfReference(0.02, 'the stable app'),
        },
      },
      measure: async (seed, signal) => ({
        hits: {
          without: await rate(seed, { changes: true, repairs: false }, signal),
          with: await rate(seed, { changes: true, repairs: true }, signal),
          reference: await rate(seed, { changes: false, repairs: false }, signal),
        },
      }),
    }),
    measurement({
      policy: 'prefix-layout',
      workload: `${name}, stable`,
      evidence: 'modelled',
      pairs: 5,
      metrics: { hits: { ...hitRate, expectedToHelp: false, judge: unchanged() } },
      measure: async (seed, signal) => ({
        hits: {
          without: await rate(seed, { changes: false, repairs: false }, signal),
          with: await rate(seed, { changes: false, repairs: true }, signal),
        },
      }),
    }),
  ];
}

const graphs = ['support-desk', 'research-crew', 'market-brief'] as const;

export const prefixLayoutMeasurements = (): readonly PolicyMeasurement[] =>
  graphs.flatMap(onExample);
