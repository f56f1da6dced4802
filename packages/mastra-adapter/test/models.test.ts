import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { Mastra } from '@mastra/core/mastra';
import { expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { mastraModel, stage } from './stage.ts';

const memory = { thread: 'T', resource: 'R' };

/** An app of one agent, and two models of one engine. */
async function solo() {
  const staged = await stage(({ model }) => ({ text: String(model) }));
  const provider = createOpenAICompatible({ name: 'local', ...staged.runtime.client() });
  const named = (id: string): MastraModelConfig => mastraModel(provider(id));
  const [first, second] = [named('first'), named('second')];
  const agent = new Agent({ id: 'solo', name: 'Solo', instructions: 'SOLO', model: first });
  const attachment = attach(new Mastra({ agents: { agent }, logger: false }), staged.runtime);
  const ask = async (options: object = {}): Promise<string> =>
    (await agent.generate('hi', { memory, ...options })).text;
  return { ...staged, agent, attachment, ask, first, second };
}

it('watches a model that the app puts in place of another one', async () => {
  const { agent, attachment, ask, second, marks, of } = await solo();
  expect(await ask()).toBe('first');
  agent.model = second;
  expect(await ask()).toBe('second');
  expect(marks()).toEqual([
    { agent: 'solo', session: 'T' },
    { agent: 'solo', session: 'T' },
  ]);
  const calls = of('call-start');
  expect(calls[1]?.previous).toBe(calls[0]?.call);
  expect(attachment.report().unmanagedCalls).toEqual({});
  attachment.detach();
  expect(agent.model).toBe(second);
  expect(Object.getOwnPropertyDescriptor(agent, 'model')).toMatchObject({ value: second });
  expect(await ask()).toBe('second');
  expect(marks()[2]).toBeUndefined();
});

it('watches fallbacks that Mastra reorders and replaces, each call once', async () => {
  const { agent, attachment, ask, first, second, of, marks } = await solo();
  agent.model = [
    { id: 'a', model: first, maxRetries: 0, enabled: true, maxRetriesConfigured: true },
    { id: 'b', model: first, maxRetries: 0, enabled: true, maxRetriesConfigured: true },
  ];
  agent.reorderModels(['b', 'a']);
  agent.updateModelInModelList({ id: 'b', model: second });
  expect(await ask()).toBe('second');
  agent.updateModelInModelList({ id: 'b', enabled: false });
  expect(await ask()).toBe('first');
  expect(marks()).toHaveLength(2);
  expect(of('call-start').map(({ agent: path, attempt }) => [path, attempt])).toEqual([
    ['solo', 1],
    ['solo', 1],
  ]);
  attachment.detach();
  expect(agent.model).toMatchObject([
    { id: 'b', model: second, enabled: false },
    { id: 'a', model: first, enabled: true },
  ]);
});

it('watches a model that is given for one run', async () => {
  const { ask, second, marks, of } = await solo();
  expect(await ask({ model: second })).toBe('second');
  expect(await ask()).toBe('first');
  expect(marks()).toEqual([
    { agent: 'solo', session: 'T' },
    { agent: 'solo', session: 'T' },
  ]);
  const calls = of('call-start');
  expect(calls[1]?.previous).toBe(calls[0]?.call);
});

it('says which models it does not reach, wherever the app has put them', async () => {
  const { agent, attachment, ask, server, marks } = await solo();
  const direct = createOpenAICompatible({ name: 'direct', baseURL: server.url });
  agent.model = mastraModel(direct('far'));
  expect(await ask()).toBe('far');
  expect(await ask({ model: mastraModel(direct('farther')) })).toBe('farther');
  expect(marks()).toEqual([undefined, undefined]);
  expect(attachment.report()).toMatchObject({
    unmanagedCalls: { solo: 2 },
    unmanagedModels: [
      { provider: 'direct.chat', model: 'far', calls: 1 },
      { provider: 'direct.chat', model: 'farther', calls: 1 },
    ],
  });
});

it('lets an app fail as it would alone when its model cannot be resolved', async () => {
  const { agent, attachment, ask, of } = await solo();
  const broken = { id: 'nowhere/at-all' } as const;
  const failure = async (): Promise<string> =>
    ask().then(
      () => 'answered',
      (error: unknown) => String(error),
    );
  agent.model = broken;
  const watched = await failure();
  agent.model = async () => {
    throw new Error('no model today');
  };
  expect(await failure()).toContain('no model today');
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['failed', 'failed']);
  expect(attachment.report().faults).toBe(0);
  attachment.detach();
  agent.model = broken;
  expect(await failure()).toBe(watched);
});
