import { cacheSage } from '@entresol/cachesage';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { fairness } from '@entresol/policies/fairness';
import { prefixLayout } from '@entresol/policies/prefix-layout';
import { safety } from '@entresol/policies/safety';
import { toolMemo } from '@entresol/policies/tool-memo';
import type { Policy } from '@entresol/runtime-core';
import { median } from 'simple-statistics';
import { frameworkOf } from '../demo/example-names.ts';
import type { GraphName } from '../demo/example-names.ts';
import { runExampleScript } from './example-outcome.ts';
import { exactly, measurement } from './policy-measurement.ts';
import type { Judge, PolicyMeasurement } from './policy-measurement.ts';

/** Tools of the examples that only read. */
const readers: Partial<Record<GraphName, readonly string[]>> = {
  'support-desk': ['search_help', 'read_article', 'list_orders', 'list_invoices'],
  'research-crew': ['search_archive', 'island_statistics'],
  'market-brief': ['search_gazette'],
};

/** All six, each with what it needs to have something to do. */
function everyPolicy(graph: GraphName): readonly Policy[] {
  const tools = (readers[graph] ?? []).map((tool) => [tool, { ttlMs: 3_600_000 }] as const);
  return [
    cacheSage({ mode: 'on' }),
    prefixLayout({ mode: 'on' }),
    batchShaping({ mode: 'on' }),
    fairness({ mode: 'on' }),
    toolMemo({ mode: 'on', tenants: 'single', tools: Object.fromEntries(tools) }),
    safety({
      transitions: { from: 'graph' },
      sameToolCalls: 20,
      perSession: { calls: 1_000, tokens: 10_000_000 },
      outputTokensPerCall: 10_000,
    }),
  ];
}

const mostAddedMs = 1;
const littleAdded: Judge = ({ without, with: value }) => ({
  threshold: `at most ${mostAddedMs} ms more with them`,
  met: value - without <= mostAddedMs,
});

const sessions = 8;
/** Sessions run one after the other, so nobody waits in it; its bookkeeping is paid all the same. */
const queue = { concurrency: 4 };

function together(graph: GraphName): PolicyMeasurement {
  const play = async (seed: number, policies: readonly Policy[], signal: AbortSignal) => {
    const requestMs: number[] = [];
    const onRequest = (ms: number): void => void requestMs.push(ms);
    const setting = { graph, seed, sessions, policies, onRequest };
    const outcome = await runExampleScript(
      policies.length === 0 ? setting : { ...setting, queue },
      signal,
    );
    return { ...outcome, p50Ms: median(requestMs) };
  };
  return measurement({
    policy: 'all six',
    workload: `${graph} (${frameworkOf[graph]})`,
    evidence: 'measured',
    pairs: 5,
    metrics: {
      changed: {
        metric: 'answers that are other or missing',
        unit: 'answers',
        expectedToHelp: false,
        judge: exactly(0),
      },
      failures: { metric: 'failed turns', unit: 'turns', expectedToHelp: false, judge: exactly(0) },
      cost: {
        metric: 'p50 of a request, the engine answering at once',
        unit: 'ms',
        expectedToHelp: false,
        judge: littleAdded,
      },
    },
    measure: async (seed, signal) => {
      // Another one begins each time: the first to run pays for code that is not compiled yet.
      const withFirst = seed % 2 === 0;
      const first = await play(seed, withFirst ? everyPolicy(graph) : [], signal);
      const second = await play(seed, withFirst ? [] : everyPolicy(graph), signal);
      const [bare, shaped] = withFirst ? [second, first] : [first, second];
      const turns = Object.keys({ ...bare.answers, ...shaped.answers });
      const changed = turns.filter((turn) => bare.answers[turn] !== shaped.answers[turn]);
      return {
        changed: { without: 0, with: changed.length },
        failures: { without: bare.failures, with: shaped.failures },
        cost: { without: bare.p50Ms, with: shaped.p50Ms },
      };
    },
  });
}

export const togetherMeasurements = (): readonly PolicyMeasurement[] => [
  together('support-desk'),
  together('research-crew'),
  together('market-brief'),
];
