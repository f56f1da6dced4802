import { createAnthropic } from '@ai-sdk/anthropic';
import { anthropic } from '@entresol/engines/anthropic';
import { attach as attachGraph, instrumentModel, surveyGraph } from '@entresol/langgraph-adapter';
import { agentRuntimeMiddleware } from '@entresol/langgraph-adapter/middleware';
import { attach as attachMastra } from '@entresol/mastra-adapter';
import { prefixLayout } from '@entresol/policies/prefix-layout';
import { createRuntime } from '@entresol/runtime-core';
import type { Policy, Runtime } from '@entresol/runtime-core';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { createAgent } from 'langchain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeAnthropic } from '../../../engines/test/anthropic/support/fake-anthropic.ts';
import { serveOnLoopback } from '../../../engines/test/hosted/support/loopback.ts';
import type { Loopback } from '../../../engines/test/hosted/support/loopback.ts';

process.env['MASTRA_TELEMETRY_DISABLED'] = '1';

const model = 'claude-sonnet-4-5';
const rules = Array.from({ length: 1_000 }, (_, at) => `rule-${at}`).join(' ');
const mark = { cache_control: { type: 'ephemeral' } };

/** Everything comes again within five minutes. */
const foreseeing: Policy = {
  name: 'foresees',
  mode: 'on',
  interference: 'endpoint',
  predict: { reuse: () => 1 },
};

let fake: FakeAnthropic;
let server: Loopback;
let runtime: Runtime;
let visit = 0;
beforeEach(async () => {
  fake = new FakeAnthropic();
  server = await serveOnLoopback(fake.answer);
  visit = 0;
  runtime = createRuntime({
    engines: anthropic({ baseURL: server.origin, apiKey: 'own-key' }),
    policies: [prefixLayout({ mode: 'on', volatile: [/Visit \d+\./u] }), foreseeing],
  });
});
afterEach(async () => {
  await runtime.close();
  await server.close();
});

/** A role that says something else each time. */
const told = (): string => `Visit ${(visit += 1)}. ${rules}`;

const lookUp = tool(() => 'sent', {
  name: 'look_up',
  description: 'state of an order',
  schema: z.object({ order: z.string() }),
});

const chatModel = (fetch?: typeof globalThis.fetch): ChatAnthropic =>
  new ChatAnthropic({
    model,
    apiKey: 'own-key',
    maxTokens: 16,
    clientOptions: { baseURL: server.origin, ...(fetch && { fetch }) },
  });

type Ask = (input: string, thread: string) => Promise<unknown>;

function graphOf(chat: ChatAnthropic) {
  return new StateGraph(MessagesAnnotation)
    .addNode('desk', async ({ messages }) => ({
      messages: [await chat.bindTools([lookUp]).invoke([new SystemMessage(told()), ...messages])],
    }))
    .addEdge(START, 'desk')
    .compile();
}

function asking(chat: ChatAnthropic): Ask {
  const app = graphOf(chat);
  attachGraph(app, runtime, { id: 'desk' });
  return (input, thread) =>
    app.invoke({ messages: [new HumanMessage(input)] }, { configurable: { thread_id: thread } });
}

const overClientOptions = (): Ask => asking(chatModel(runtime.client().fetch));

const instrumented = (): Ask => {
  const chat = chatModel();
  instrumentModel(chat, runtime);
  return asking(chat);
};

const throughMiddleware = (): Ask => {
  const agent = createAgent({
    model: chatModel(),
    tools: [lookUp],
    systemPrompt: told(),
    middleware: [agentRuntimeMiddleware({ runtime })],
  });
  return (input, thread) =>
    agent.invoke({ messages: [new HumanMessage(input)] }, { configurable: { thread_id: thread } });
};

const status = createTool({
  id: 'look_up',
  description: 'state of an order',
  inputSchema: z.object({ order: z.string() }),
  execute: async () => 'sent',
});

/** Mastra's type of a model is narrower than the provider's. */
function mastraModel(given: object): Extract<MastraModelConfig, { doStream: unknown }> {
  if (!isMastraModel(given)) throw new TypeError('a model has doStream()');
  return given;
}

function isMastraModel(given: object): given is Extract<MastraModelConfig, { doStream: unknown }> {
  return 'doStream' in given;
}

function clerk(
  provider: ReturnType<typeof createAnthropic>,
  options?: { fetch: typeof fetch },
): Ask {
  const agent = new Agent({
    id: 'desk',
    name: 'Desk',
    instructions: told,
    model: mastraModel(provider(model)),
    tools: { look_up: status },
  });
  attachMastra(new Mastra({ agents: { desk: agent }, logger: false }), runtime, options);
  return (input) => agent.generate(input);
}

const overProvider = (): Ask => clerk(createAnthropic(runtime.client()));

const overScopedFetch = (): Ask =>
  clerk(createAnthropic({ baseURL: `${server.origin}/v1`, apiKey: 'own-key' }), {
    fetch: runtime.client().fetch,
  });

describe.each([
  ['LangGraph, ChatAnthropic with clientOptions.fetch', overClientOptions],
  ['LangGraph, ChatAnthropic after instrumentModel', instrumented],
  ['createAgent with the middleware', throughMiddleware],
  ['Mastra, createAnthropic(runtime.client())', overProvider],
  ['Mastra, createAnthropic with a fetch of nobody', overScopedFetch],
])('%s', (_, open) => {
  it('gets breakpoints behind tools, system prompt and messages, and reads in one session what another wrote', async () => {
    const ask = open();
    await ask('Where is it?', 'one');
    await ask('And mine?', 'two');
    expect(runtime.report()).toMatchObject({ managedCalls: 2, unmanagedCalls: 0 });
    for (const body of fake.bodies) {
      expect(body).toMatchObject({
        tools: [{ name: 'look_up', ...mark }],
        system: [{ type: 'text', text: expect.stringMatching(/^ ?rule-0 /u), ...mark }],
      });
      expect(JSON.stringify(body['messages'])).toContain(JSON.stringify(mark).slice(1, -1));
      // What changes at every visit stands where it breaks no prefix.
      expect(JSON.stringify(body['messages'])).toMatch(/Visit \d/u);
    }
    const [first, second] = fake.usages;
    expect(first?.cache_read_input_tokens).toBe(0);
    expect(second?.cache_read_input_tokens).toBeGreaterThan(1_024);
  });
});

/** What a survey says of a model that is a step of a graph. */
const clientOf = (chat: ChatAnthropic) => {
  const desk = RunnableLambda.from((state: typeof MessagesAnnotation.State) => state.messages)
    .pipe(chat)
    .pipe((message) => ({ messages: [message] }));
  const app = new StateGraph(MessagesAnnotation)
    .addNode('desk', desk)
    .addEdge(START, 'desk')
    .compile();
  return surveyGraph(app).models;
};

it('a survey says of a ChatAnthropic whether its requests go through the runtime', async () => {
  const chat = chatModel();
  expect(clientOf(chat)).toMatchObject([{ class: 'ChatAnthropic', model, client: 'own' }]);
  const undo = instrumentModel(chat, runtime);
  expect(clientOf(chat)).toMatchObject([{ client: 'runtime' }]);
  undo();
  expect(clientOf(chat)).toMatchObject([{ client: 'own' }]);
  await chat.invoke('hello');
  expect(runtime.report()).toMatchObject({ managedCalls: 0, unmanagedCalls: 0 });
});
