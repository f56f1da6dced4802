import { safety } from '@entresol/policies/safety';
import type { AgentLists, SafetyPolicy } from '@entresol/policies/safety';
import type { InlineOccasion, Policy } from '@entresol/runtime-core';
import { frameworkOf } from '../demo/example-names.ts';
import type { GraphName } from '../demo/example-names.ts';
import { runExampleScript } from './example-outcome.ts';
import type { ExampleOutcome } from './example-outcome.ts';
import { runLoopingAgent } from './looping-agent.ts';
import type { LoopedRun } from './looping-agent.ts';
import { exactly, fewer, measurement } from './policy-measurement.ts';
import type { PolicyMeasurement } from './policy-measurement.ts';

const outputTokensPerCall = 200;
const budget = { calls: 40, tokens: 5_000 };

const passed = ({ calls, tokens }: LoopedRun): boolean =>
  calls > budget.calls || tokens > budget.tokens;

/** Was a call refused that the budget had room for, whatever it answered? */
const early = ({ calls, tokens, refusedInput }: LoopedRun): boolean =>
  refusedInput !== undefined &&
  calls < budget.calls &&
  tokens + refusedInput + outputTokensPerCall <= budget.tokens;

const looping = measurement({
  policy: 'safety',
  workload: `an agent that loops, ${budget.calls} calls and ${budget.tokens} tokens per session`,
  evidence: 'measured',
  pairs: 1_000,
  metrics: {
    passed: {
      metric: 'runs that passed their budget',
      unit: 'share of runs',
      expectedToHelp: true,
      judge: exactly(0),
    },
    early: {
      metric: 'runs stopped with room for the call',
      unit: 'share of runs',
      expectedToHelp: false,
      judge: exactly(0),
    },
    tokens: { metric: 'tokens of a run', unit: 'tokens', expectedToHelp: true, judge: fewer },
  },
  measure: async (seed) => {
    const without = await runLoopingAgent(seed, [], { outputTokensPerCall });
    const guarded = await runLoopingAgent(
      seed,
      [safety({ perSession: budget, outputTokensPerCall })],
      {
        outputTokensPerCall,
      },
    );
    return {
      passed: { without: Number(passed(without)), with: Number(passed(guarded)) },
      early: { without: Number(early(without)), with: Number(early(guarded)) },
      tokens: { without: without.tokens, with: guarded.tokens },
    };
  },
});

type Seen = Map<string, Set<string>>;

function note(seen: Seen, agent: string, what: string): void {
  seen.set(agent, (seen.get(agent) ?? new Set()).add(what));
}

function listsOf(seen: Seen): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...seen].map(([agent, known]) => [agent, [...known]]));
}

/** Writes down which tools agents call, so that exactly these can be allowed. */
function witness(): { readonly policy: Policy; readonly tools: () => AgentLists } {
  const tools: Seen = new Map();
  const inline = (occasion: InlineOccasion): readonly [] => {
    if (occasion.type === 'tool') note(tools, occasion.agent, occasion.tool);
    return [];
  };
  return {
    policy: { name: 'witness', mode: 'on', interference: 'none', act: { inline } },
    tools: () => listsOf(tools),
  };
}

const sessions = 12;

function legal(graph: GraphName): PolicyMeasurement {
  const play = (seed: number, policy: Policy, signal: AbortSignal): Promise<ExampleOutcome> =>
    runExampleScript({ graph, seed, sessions, policies: [policy] }, signal);
  return measurement({
    policy: 'safety',
    workload: `${graph} (${frameworkOf[graph]}), guarded by its declared graph and lists of its tools`,
    evidence: 'measured',
    pairs: 5,
    metrics: {
      refusals: {
        metric: 'refusals',
        unit: 'refusals',
        expectedToHelp: false,
        judge: exactly(0),
      },
      changed: {
        metric: 'answers that are other or missing',
        unit: 'answers',
        expectedToHelp: false,
        judge: exactly(0),
      },
    },
    measure: async (seed, signal) => {
      const { policy, tools } = witness();
      const free = await play(seed, policy, signal);
      const guard: SafetyPolicy = safety({
        tools: tools(),
        transitions: { from: 'graph' },
        sameToolCalls: 20,
        perRun: { steps: 1_000, wallMs: 3_600_000 },
        perSession: { calls: 1_000, tokens: 10_000_000 },
        perAgent: { tokens: 100_000_000 },
        outputTokensPerCall: 10_000,
      });
      const guarded = await play(seed, guard, signal);
      const changed = Object.keys({ ...free.answers, ...guarded.answers }).filter(
        (turn) => free.answers[turn] !== guarded.answers[turn],
      );
      return {
        refusals: { without: 0, with: guard.audit().length + guarded.failures },
        changed: { without: 0, with: changed.length },
      };
    },
  });
}

export const safetyMeasurements = (): readonly PolicyMeasurement[] => [
  looping,
  legal('support-desk'),
  legal('research-crew'),
  legal('market-brief'),
];
