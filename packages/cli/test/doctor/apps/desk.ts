import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { agentRuntimeMiddleware } from '@entresol/langgraph-adapter/middleware';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

// Not part of what the command answers.
process.stdout.write('the module says hello\n');

const runtime = createRuntime({ engines: new FakeDriver() });
const managed = new ChatOpenAI({
  model: 'm',
  apiKey: 'none',
  configuration: runtime.client(),
});
const unmanaged = new ChatOpenAI({ model: 'm', apiKey: 'none' });
const look = tool(() => 'x', { name: 'look', description: 'looks', schema: z.object({}) });

const research = createAgent({ model: managed, tools: [look], name: 'research' });

/** Nothing to do. */
export const app = new StateGraph(MessagesAnnotation)
  .addNode('triage', () => ({}))
  .addNode('research', research.graph)
  .addEdge(START, 'triage')
  .addEdge('triage', 'research')
  .compile({ name: 'desk', checkpointer: new MemorySaver() });

export const agent = createAgent({ model: unmanaged, tools: [look] });
export const sound = createAgent({
  model: unmanaged,
  tools: [look],
  name: 'sound',
  middleware: [agentRuntimeMiddleware({ runtime })],
});
export const named = createAgent({ model: 'openai:gpt-5', tools: [look] });
export const open = new StateGraph(MessagesAnnotation)
  .addNode('triage', () => ({}))
  .addNode('end', () => ({}))
  .addEdge(START, 'triage')
  .addConditionalEdges('triage', () => 'end')
  .compile({ name: 'open', checkpointer: new MemorySaver() });
export const builder = new StateGraph(MessagesAnnotation);
export const nothing = 7;
