import { createRequire } from 'node:module';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { MockMemory } from '@mastra/core/memory';
import { InMemoryStore } from '@mastra/core/storage';
import {
  createStep as eventedStep,
  createWorkflow as evented,
} from '@mastra/core/workflows/evented';
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { stage, systemOf } from './stage.ts';

const prompt = z.object({ prompt: z.string() });
const memory = { thread: 'T', resource: 'R' };

it('watches an evented workflow: agents by path, in the session of the run, one after the other', async () => {
  const { runtime, model, marks, of } = await stage();
  const agent = (id: string) => new Agent({ id, name: id, instructions: `${id} it`, model });
  const agents = { first: agent('first'), second: agent('second') };
  const flow = evented({ id: 'flow', inputSchema: prompt, outputSchema: z.any() })
    .then(eventedStep(agents.first))
    .map(async ({ inputData }) => ({ prompt: JSON.stringify(inputData) }))
    .then(eventedStep(agents.second))
    .commit();
  const mastra = new Mastra({
    agents,
    workflows: { flow },
    storage: new InMemoryStore(),
    logger: false,
  });
  await mastra.startWorkers();
  onTestFinished(async () => {
    await mastra.stopWorkers();
  });
  const attachment = attach(mastra, runtime);
  expect(attachment.topology().agents).toEqual(['flow/first', 'flow/second']);
  const run = await flow.createRun({ runId: 'r' });
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('success');
  expect(marks()).toEqual([
    { agent: 'flow/first', session: 'r' },
    { agent: 'flow/second', session: 'r' },
  ]);
  const [first, second] = of('dispatch-start');
  expect(second?.after).toEqual([first?.dispatch]);
  await vi.waitFor(() => expect(of('session-close')).toHaveLength(1));
});

it('watches a network: the router and whom it asks, in one session', async () => {
  const { runtime, model, marks, of } = await stage((body) => {
    const system = systemOf(body);
    if (system.startsWith('HELPER')) return { text: 'helped' };
    const hasHelped = JSON.stringify(body['messages']).includes('helped');
    return {
      text: JSON.stringify(
        hasHelped
          ? {
              isComplete: true,
              finalResult: 'helped',
              completionReason: 'done',
              primitiveId: '',
              primitiveType: 'none',
              prompt: '',
              selectionReason: 'done',
            }
          : {
              primitiveId: 'helper',
              primitiveType: 'agent',
              prompt: 'help',
              selectionReason: 'it helps',
              isComplete: false,
              completionReason: 'not yet',
              finalResult: '',
            },
      ),
    };
  });
  const helper = new Agent({
    id: 'helper',
    name: 'Helper',
    description: 'Helps.',
    instructions: 'HELPER',
    model,
  });
  const router = new Agent({
    id: 'router',
    name: 'Router',
    instructions: 'ROUTER',
    model,
    agents: { helper },
    memory: new MockMemory(),
  });
  attach(
    new Mastra({ agents: { router, helper }, storage: new InMemoryStore(), logger: false }),
    runtime,
  );
  const output = await router.network('go', { memory, maxSteps: 3 });
  const types: string[] = [];
  for await (const part of output) types.push(part.type);
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(1));
  const told = marks();
  expect(types).toContain('network-execution-event-finish');
  expect(told).toEqual([
    { agent: 'router', session: 'T' },
    { agent: 'router/helper', session: 'T' },
    { agent: 'router', session: 'T' },
  ]);
  const [outer, inner] = of('dispatch-start');
  expect(inner?.parent).toBe(outer?.dispatch);
  const calls = of('call-start');
  expect(calls[2]?.previous).toBe(calls[1]?.call);
});

it('a tripwire ends the dispatch and sends nothing', async () => {
  const { runtime, model, server, of } = await stage();
  const guarded = new Agent({
    id: 'guarded',
    name: 'Guarded',
    instructions: 'GUARDED',
    model,
    inputProcessors: [
      {
        id: 'guard',
        processInput: async ({ abort }) => abort('not allowed'),
      },
    ],
  });
  attach(new Mastra({ agents: { guarded }, logger: false }), runtime);
  const result = await guarded.generate('go');
  expect(result.tripwire).toBeDefined();
  await (await guarded.stream('go')).consumeStream();
  await vi.waitFor(() => expect(of('session-close')).toHaveLength(2));
  expect(server.requests).toEqual([]);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['aborted', 'aborted']);
});

it('watches an app of the CJS build, and agents of both builds in it', async () => {
  const { runtime, model, marks, of } = await stage();
  const require = createRequire(import.meta.url);
  const cjsAgent: { readonly Agent: typeof Agent } = require('@mastra/core/agent');
  const cjsMastra: { readonly Mastra: typeof Mastra } = require('@mastra/core/mastra');
  expect(cjsAgent.Agent).not.toBe(Agent);
  const worker = new Agent({
    id: 'worker',
    name: 'W',
    description: 'w',
    instructions: 'HELPER',
    model,
  });
  const supervisor = new cjsAgent.Agent({
    id: 'supervisor',
    name: 'S',
    instructions: 'SUPERVISOR of the team',
    model,
    agents: { worker },
  });
  const mastra = new cjsMastra.Mastra({ agents: { supervisor, worker }, logger: false });
  const attachment = attach(mastra, runtime);
  await supervisor.generate('go', { memory });
  expect(marks()).toEqual([
    { agent: 'supervisor', session: 'T' },
    { agent: 'supervisor/worker', session: 'T' },
    { agent: 'supervisor', session: 'T' },
  ]);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['done', 'done']);
  expect(attachment.report().faults).toBe(0);
});

it('watches a version of an agent that is forked from it', async () => {
  const { runtime, model, marks } = await stage(() => ({ text: 'ok' }));
  const agent = new Agent({ id: 'solo', name: 'Solo', instructions: 'SOLO', model });
  attach(new Mastra({ agents: { agent }, logger: false }), runtime);
  const version: Agent = Reflect.apply(Reflect.get(agent, '__fork'), agent, []);
  expect(version).not.toBe(agent);
  await version.generate('hi', { memory });
  expect(marks()).toEqual([{ agent: 'solo', session: 'T' }]);
});

it('names what changes in a role prefix', async () => {
  const { runtime, model } = await stage(() => ({ text: 'ok' }));
  let day = 0;
  const agent = new Agent({
    id: 'solo',
    name: 'Solo',
    instructions: () => `SOLO on day ${(day += 1)}`,
    model,
  });
  const steady = new Agent({ id: 'steady', name: 'Steady', instructions: 'STEADY', model });
  const attachment = attach(new Mastra({ agents: { agent, steady }, logger: false }), runtime);
  for (const one of [agent, steady, agent, steady]) {
    // oxlint-disable-next-line no-await-in-loop
    await one.generate('hi', { memory });
  }
  expect(attachment.report().prefixDrift).toEqual({
    solo: { changes: 1, messages: [0], tools: [], reorderings: 0 },
  });
  expect(JSON.stringify(attachment.report())).not.toContain('SOLO');
});
