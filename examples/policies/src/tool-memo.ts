import { attach } from '@entresol/langgraph-adapter';
import { toolMemo } from '@entresol/policies/tool-memo';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';

const memo = toolMemo({
  mode: 'on',
  tenants: 'single',
  tools: { 'order-status': { ttlMs: 60_000, writtenBy: ['cancel-order'] } },
});
// An engine that computes nothing: put the driver of yours here.
const runtime = createRuntime({ engines: new FakeDriver(), policies: [memo] });

const status = tool(({ order }) => `order ${order} was sent`, {
  name: 'order-status',
  description: 'State of an order.',
  schema: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
});
const ask = new AIMessage({
  content: '',
  tool_calls: [{ name: 'order-status', args: { order: '7' }, id: 'call-1' }],
});
const app = new StateGraph(MessagesAnnotation)
  .addNode('desk', () => ({ messages: [ask] }))
  .addNode('tools', new ToolNode([status]))
  .addEdge(START, 'desk')
  .addEdge('desk', 'tools')
  .addEdge('tools', END)
  .compile();
attach(app, runtime);

await app.invoke({ messages: [] });
await app.invoke({ messages: [] });
const { missed, served } = memo.figures();
console.log(`${missed} run, ${served} served`);
await runtime.close();
