import { InMemoryCache } from '@langchain/core/caches';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../../src/index.ts';
import { scriptedModel } from '../scripted-model.ts';
import { setting, thread } from '../setting.ts';

interface Asks {
  invoke(input: [string, string][]): Promise<unknown>;
}

/** One node that runs what is given. */
function oneNode(run: () => Promise<unknown>) {
  return new StateGraph(MessagesAnnotation)
    .addNode('triage', async () => {
      await run();
      return {};
    })
    .addEdge(START, 'triage')
    .compile();
}

const toolNamed = (name: string, description = 'does') =>
  tool(() => 'x', { name, description, schema: z.object({}) });

describe('the report of an attachment', () => {
  it('is empty before anything ran', () => {
    const { host, model } = setting();
    const attachment = attach(
      oneNode(() => model.invoke('x')),
      host,
      { id: 'w' },
    );
    expect(attachment.report()).toMatchObject({
      workload: 'w',
      unmanagedCalls: {},
      unmanagedModels: [],
      learned: { agents: [], unknownTargets: [] },
      prefixDrift: {},
      refusedDirectives: {},
    });
    expect(attachment.report().can).toContain('serve-tool');
    expect(attachment.report().can).not.toContain('serve-transition');
    expect(attachment.report().can).not.toContain('approve-call');
  });

  it('counts the calls of models that do not go through the runtime, and names them', async () => {
    const { host, model } = setting();
    const fake = new FakeListChatModel({ responses: ['x'] });
    const elsewhere = new ChatOpenAI({
      model: 'gpt-elsewhere',
      apiKey: 'none',
      maxRetries: 0,
      configuration: {
        baseURL: 'http://elsewhere.invalid/v1',
        fetch: () =>
          Promise.resolve(
            Response.json({
              choices: [{ index: 0, message: { role: 'assistant', content: 'x' } }],
            }),
          ),
      },
    });
    const app = oneNode(async () => {
      await model.invoke('managed');
      await fake.invoke('one');
      await fake.invoke('two');
      await elsewhere.invoke('three');
    });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(attachment.report().unmanagedCalls).toEqual({ triage: 3 });
    expect(attachment.report().unmanagedModels).toMatchObject([
      { class: 'FakeListChatModel', calls: 2 },
      { class: 'ChatOpenAI', model: 'gpt-elsewhere', calls: 1 },
    ]);
  });

  it('does not count a model run that failed before it sent anything', async () => {
    const { host } = setting();
    const fake = new FakeListChatModel({ responses: ['x'] });
    fake.responses = [];
    Object.assign(fake, { _generate: () => Promise.reject(new Error('no')) });
    const app = oneNode(() => fake.invoke('one').catch(() => undefined));
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(attachment.report().unmanagedCalls).toEqual({});
  });

  it('does not count an answer from the cache of LangChain', async () => {
    const { host } = setting();
    const cached = scriptedModel(host, undefined, { cache: new InMemoryCache(new Map()) });
    const app = oneNode(async () => {
      await cached.invoke('same');
      await cached.invoke('same');
    });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(host.requests).toHaveLength(1);
    expect(attachment.report().unmanagedCalls).toEqual({});
  });

  it('says which places of a role prefix change, and nothing of what they say', async () => {
    const { host, model } = setting();
    const [look, ask] = [toolNamed('look'), toolNamed('ask')];
    const prompts: [Asks, string[]][] = [
      [model.bindTools([look, ask]), ['be kind', 'it is Monday']],
      [model.bindTools([look, ask]), ['be kind', 'it is Tuesday']],
      [model.bindTools([ask, look]), ['be kind', 'it is Tuesday']],
      [model.bindTools([toolNamed('ask', 'does more'), look]), ['be kind', 'it is Tuesday']],
      [model.bindTools([toolNamed('ask', 'does more')]), ['be kind', 'it is Tuesday']],
      [model.bindTools([toolNamed('ask', 'does more')]), ['be kind', 'it is Tuesday']],
    ];
    const app = oneNode(async () => {
      for (const [asks, systems] of prompts) {
        const system = systems.map((text): [string, string] => ['system', text]);
        await asks.invoke([...system, ['user', 'hello']]);
      }
    });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    const { prefixDrift } = attachment.report();
    expect(prefixDrift).toEqual({
      triage: { changes: 4, messages: [1], tools: ['ask', 'look'], reorderings: 1 },
    });
    expect(JSON.stringify(prefixDrift)).not.toContain('Monday');
  });

  it('lists what runs have shown and the graph did not declare', async () => {
    const { host, model } = setting();
    const inner = oneNode(() => model.invoke('inside'));
    const app = new StateGraph(MessagesAnnotation)
      .addNode('outer', async () => {
        await inner.invoke({ messages: [] });
        return {};
      })
      .addEdge(START, 'outer')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(attachment.report().learned).toEqual({
      agents: ['outer/triage'],
      unknownTargets: ['outer/triage'],
    });
  });

  it('counts the directives that the runtime refused for this graph', () => {
    const { host } = setting();
    const attachment = attach(
      oneNode(() => Promise.resolve()),
      host,
    );
    for (const { port } of host.links) port.refused?.('serve-transition');
    expect(attachment.report().refusedDirectives).toEqual({ 'serve-transition': 1 });
  });
});
