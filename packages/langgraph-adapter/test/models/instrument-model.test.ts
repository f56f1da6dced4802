import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI, ChatOpenAICompletions } from '@langchain/openai';
import type { ChatOpenAIFields } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attach, instrumentModel } from '../../src/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { scriptedFetch } from '../scripted-model.ts';
import { thread } from '../setting.ts';

const ok = (): { text: string } => ({ text: 'ok' });

const makers = {
  ChatOpenAI: (fields: ChatOpenAIFields) => new ChatOpenAI(fields),
  ChatOpenAICompletions: (fields: ChatOpenAIFields) => new ChatOpenAICompletions(fields),
};

/** A model of the app's own that reaches its own server, and a runtime whose client is the host's. */
function setting(name: keyof typeof makers = 'ChatOpenAI') {
  const host = new RecordingHost();
  const own = new RecordingHost();
  const runtime = {
    client: () => ({
      baseURL: 'http://runtime.invalid/v1',
      apiKey: 'none',
      fetch: scriptedFetch(host, ok),
    }),
  };
  const transport = runtime.client();
  const model = makers[name]({
    model: 'scripted',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: 'http://model.invalid/v1', fetch: scriptedFetch(own, ok) },
  });
  return { host, own, runtime: { client: () => transport }, model };
}

const add = tool(() => '3', {
  name: 'add',
  description: 'adds',
  schema: z.object({ a: z.number() }),
});

describe('instrumentModel', () => {
  it.each(['ChatOpenAI', 'ChatOpenAICompletions'] as const)(
    'sends through the runtime until it is undone, also what was used before: %s',
    async (name) => {
      const { host, own, runtime, model } = setting(name);
      await model.invoke('before');
      const undo = instrumentModel(model, runtime);
      await model.invoke('during');
      undo();
      undo();
      await model.invoke('after');
      expect(own.requests.map(({ prompt }) => prompt)).toEqual(['before', 'after']);
      expect(host.requests.map(({ prompt }) => prompt)).toEqual(['during']);
    },
  );

  it('reaches the copies that LangChain makes of a model', async () => {
    const { host, own, runtime, model } = setting();
    instrumentModel(model, runtime);
    await model.bindTools([add]).invoke('bound');
    for await (const _ of await model.bindTools([add]).stream('streamed'));
    await model.withConfig({ promptCacheKey: 'k' }).invoke('configured');
    await model.withRetry().invoke('retried');
    const agent = createAgent({ model, tools: [add] });
    await agent.invoke({ messages: [{ role: 'user', content: 'asked' }] });
    expect(own.requests).toEqual([]);
    expect(host.requests.map(({ prompt }) => prompt)).toEqual([
      'bound',
      'streamed',
      'configured',
      'retried',
      'asked',
    ]);
  });

  it('is undone once, however often it was done', async () => {
    const { host, runtime, model } = setting();
    const undo = instrumentModel(model, runtime);
    expect(instrumentModel(model, runtime)).toBe(undo);
    undo();
    const configuration: unknown = Reflect.get(model, 'fields').configuration;
    expect(configuration).toMatchObject({ baseURL: 'http://model.invalid/v1' });
    await model.invoke('after');
    expect(host.requests).toEqual([]);
  });

  it('gives an attached graph managed calls', async () => {
    const { host, runtime, model } = setting();
    instrumentModel(model, runtime);
    const app = new StateGraph(MessagesAnnotation)
      .addNode('triage', async () => ({ messages: [await model.invoke('hello')] }))
      .addEdge(START, 'triage')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(host.identityOf('hello')).toMatchObject({ agent: 'triage', session: 'T' });
  });

  it('refuses a second runtime while the first has the model', () => {
    const { runtime, model } = setting();
    instrumentModel(model, runtime);
    expect(() => instrumentModel(model, setting().runtime)).toThrow(/another runtime.*undo/u);
  });

  it.each([
    [new FakeListChatModel({ responses: ['x'] }), /got FakeListChatModel.*runtime\.client\(\)/u],
    [setting().model.withRetry(), /before withRetry/u],
    [Object('gpt'), /got String/u],
    [{}, /got Object/u],
  ])('says of what it cannot reach what to do instead (%#)', (model, message) => {
    expect(() => instrumentModel(model, setting().runtime)).toThrow(TypeError);
    expect(() => instrumentModel(model, setting().runtime)).toThrow(message);
  });
});
