import { attach, TransitionRejectedError } from '@entresol/langgraph-adapter';
import { safety } from '@entresol/policies/safety';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { Command, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

const guard = safety({
  transitions: { from: 'graph' },
  tools: { triage: ['search'], billing: ['search', 'refund'] },
  approve: ['refund'],
  sameToolCalls: 3,
  perRun: { steps: 5, wallMs: 120_000 },
  perSession: { tokens: 200_000, usd: 0.5 },
  outputTokensPerCall: 1_000,
  usdPerMillionTokens: { 'gpt-5-mini': { input: 0.25, cacheRead: 0.025, output: 2 } },
});
// An engine that computes nothing: put the driver of yours here.
const runtime = createRuntime({ engines: new FakeDriver(), policies: [guard] });

// Two agents that hand a customer to each other, for ever.
const app = new StateGraph(MessagesAnnotation)
  .addNode('triage', () => new Command({ goto: 'billing' }), { ends: ['billing'] })
  .addNode('billing', () => new Command({ goto: 'triage' }), { ends: ['triage'] })
  .addEdge(START, 'triage')
  .compile();
attach(app, runtime);

try {
  await app.invoke({ messages: [] });
} catch (error) {
  if (!(error instanceof TransitionRejectedError)) throw error;
  console.log(
    guard
      .audit()
      .map(({ reason }) => reason)
      .join('\n'),
  );
}
await runtime.close();
