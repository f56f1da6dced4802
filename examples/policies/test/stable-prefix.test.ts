import { attach } from '@entresol/langgraph-adapter';
import { expectStablePrefix } from '@entresol/policies/prefix-layout/testing';
import type { Runtime } from '@entresol/runtime-core';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { expect, it } from 'vitest';

/** Your app, on the client of a runtime. */
const desk = (role: () => string) => (runtime: Runtime) => {
  const { baseURL, apiKey, fetch } = runtime.client();
  const model = new ChatOpenAI({ model: 'any', apiKey, configuration: { baseURL, fetch } });
  const app = new StateGraph(MessagesAnnotation)
    .addNode('desk', async ({ messages }) => ({
      messages: [await model.invoke([{ role: 'system', content: role() }, ...messages])],
    }))
    .addEdge(START, 'desk')
    .compile();
  attach(app, runtime);
  return (content: string) => app.invoke({ messages: [{ role: 'user', content }] });
};
const steadyRole = () => 'You help customers.';
const inputs = ['Where is my order?', 'Cancel it.'];

it('always begins its prompts alike', async () => {
  const { desk: prompts } = await expectStablePrefix(desk(steadyRole), inputs);
  // Two inputs, each run twice.
  expect(prompts?.calls).toBe(4);
});

it('would show where they do not', async () => {
  let minute = 0;
  const role = () => `You help customers. It is 9:${(minute += 1)}0.`;
  await expect(expectStablePrefix(desk(role), inputs)).rejects.toThrow(/system message 0/u);
});
