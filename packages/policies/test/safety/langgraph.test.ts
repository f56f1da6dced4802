import { attach, TransitionRejectedError } from '@entresol/langgraph-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { expect, it, onTestFinished } from 'vitest';
import { safety } from '../../src/safety/index.ts';
import type { SafetyOptions } from '../../src/safety/index.ts';

function appUnder(options: SafetyOptions) {
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [safety(options)],
  });
  onTestFinished(() => runtime.close());
  const app = new StateGraph(MessagesAnnotation)
    .addNode('triage', () => ({ messages: ['triage'] }))
    .addNode('billing', () => ({ messages: ['billing'] }))
    .addEdge(START, 'triage')
    .addEdge('triage', 'billing')
    .compile();
  attach(app, runtime);
  return app;
}

it('never touches a legal run of a graph', async () => {
  const { messages } = await appUnder({ transitions: { from: 'graph' } }).invoke({
    messages: [],
  });
  expect(messages.map(({ text }) => text)).toEqual(['triage', 'billing']);
});

it('stops a run before a step that is not listed', async () => {
  const app = appUnder({ transitions: { from: 'list', allow: { triage: ['tech'] } } });
  await expect(app.invoke({ messages: [] })).rejects.toThrow(TransitionRejectedError);
});
