import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { mastraModel, stage, supervisorApp } from './stage.ts';

it('attaches twice as once, and refuses an app of another runtime', async () => {
  const { runtime, model } = await stage();
  const { mastra } = supervisorApp(model);
  const attachment = attach(mastra, runtime);
  expect(attach(mastra, runtime)).toBe(attachment);
  const other = createRuntime({ engines: new FakeDriver() });
  expect(() => attach(mastra, other)).toThrow(/attached to another runtime/);
  attachment.detach();
  attachment.detach();
  attach(mastra, other).detach();
  await other.close();
});

it('says what to pass instead of an agent or an empty app', async () => {
  const { runtime, model } = await stage();
  expect(() => attach(supervisorApp(model).worker, runtime)).toThrow(/new Mastra/);
  expect(() => attach(new Mastra({ logger: false }), runtime)).toThrow(/no agents/);
});

it('leaves no own property behind', async () => {
  const { runtime, model } = await stage();
  const { mastra, supervisor, worker } = supervisorApp(model);
  const own = () => [mastra, supervisor, worker].map((one) => Object.getOwnPropertyNames(one));
  const before = { own: own(), model: supervisor.model, fetch: globalThis.fetch };
  attach(mastra, runtime, { fetch: runtime.client().fetch }).detach();
  expect({ own: own(), model: supervisor.model, fetch: globalThis.fetch }).toEqual(before);
  expect(globalThis.fetch).toBe(before.fetch);
});

it('covers an agent that is added later', async () => {
  const { runtime, model, marks } = await stage();
  const { mastra } = supervisorApp(model);
  const attachment = attach(mastra, runtime);
  const late = new Agent({ id: 'late', name: 'Late', instructions: 'LATE', model });
  mastra.addAgent(late, 'late');
  await late.generate('hi', { memory: { thread: 'T', resource: 'R' } });
  expect(marks()).toEqual([{ agent: 'late', session: 'T' }]);
  expect(attachment.report().learned.agents).toEqual(['late']);
});

it('probes what a model is asked without asking it', async () => {
  const { runtime, model, server, events } = await stage();
  const { mastra } = supervisorApp(model);
  const attachment = attach(mastra, runtime);
  const before = events.length;
  const prefix = await attachment.probe('supervisor');
  expect(prefix?.system).toMatchObject([{ content: 'SUPERVISOR of the team' }]);
  expect(prefix?.tools).toMatchObject([{ name: 'agent-worker' }]);
  expect(server.requests).toHaveLength(0);
  expect(events).toHaveLength(before);
  await expect(attachment.probe('nobody')).rejects.toThrow(/nobody/);
});

it('names the models that send nothing through the runtime, and reaches them by the scoped fetch', async () => {
  const { runtime, server, marks } = await stage(() => ({ text: 'ok' }));
  const direct = createOpenAICompatible({ name: 'direct', baseURL: server.url });
  const agent = new Agent({
    id: 'solo',
    name: 'S',
    instructions: 'SOLO',
    model: mastraModel(direct('m')),
  });
  const mastra = new Mastra({ agents: { agent }, logger: false });
  const attachment = attach(mastra, runtime);
  await agent.generate('hi');
  expect(marks()).toEqual([undefined]);
  expect(attachment.report()).toMatchObject({
    unmanagedCalls: { solo: 1 },
    unmanagedModels: [{ provider: 'direct.chat', model: 'm', calls: 1 }],
  });
  attachment.detach();

  const reaching = attach(mastra, runtime, { fetch: runtime.client().fetch });
  await (
    await agent.stream('hi', { memory: { thread: 'T', resource: 'R' } })
  ).text;
  expect(marks()[1]).toEqual({ agent: 'solo', session: 'T' });
  expect(server.requests[1]?.body['stream_options']).toEqual({ include_usage: true });
  expect(reaching.report().unmanagedCalls).toEqual({});
  await agent.generate('hi', { memory: { thread: 'T', resource: 'R' } });
  expect(server.requests[2]?.body).not.toHaveProperty('stream_options');
  reaching.detach();
  await agent.generate('hi');
  expect(marks()[3]).toBeUndefined();
});

it('reaches the model router and restores its usage', async () => {
  const { runtime, server, of } = await stage(() => ({ text: 'ok' }));
  const model = { id: 'local/m', url: server.url, apiKey: 'k' } as const;
  const agent = new Agent({ id: 'solo', name: 'S', instructions: 'SOLO', model });
  const mastra = new Mastra({ agents: { agent }, logger: false });
  const attachment = attach(mastra, runtime, { fetch: runtime.client().fetch });
  await (
    await agent.stream('hi')
  ).text;
  expect(of('call-end').map(({ usage }) => usage?.cacheRead)).toEqual([64]);
  attachment.detach();
});
