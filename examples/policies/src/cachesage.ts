import { cacheSage } from '@entresol/cachesage';
import { attach } from '@entresol/langgraph-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';

const sage = cacheSage({ mode: 'on' });
// An engine that computes nothing: put the driver of yours here.
const runtime = createRuntime({ engines: new FakeDriver(), policies: [sage] });
const { baseURL, apiKey, fetch } = runtime.client();
const model = new ChatOpenAI({ model: 'any', apiKey, configuration: { baseURL, fetch } });

const agent = (role: string) => async (state: typeof MessagesAnnotation.State) => ({
  messages: [await model.invoke([{ role: 'system', content: role }, ...state.messages])],
});
const app = new StateGraph(MessagesAnnotation)
  .addNode('writer', agent('You write one clear sentence.'))
  .addNode('editor', agent('You shorten the last sentence.'))
  .addEdge(START, 'writer')
  .addEdge('writer', 'editor')
  .addEdge('editor', END)
  .compile();
attach(app, runtime, { id: 'desk' });

for (const question of ['Why is the sky blue?', 'And in the evening?']) {
  await app.invoke({ messages: [{ role: 'user', content: question }] });
}
const after = Object.entries(sage.transitionRow('desk', 'writer'));
console.log(`after writer: ${after.toSorted(([, a], [, b]) => b - a)[0]?.[0]}`);
await runtime.close();
