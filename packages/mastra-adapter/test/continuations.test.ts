import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { MockMemory } from '@mastra/core/memory';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { mastraModel, scriptedReply, stage, systemOf } from './stage.ts';

const storage = () => new InMemoryStore();

it('keeps the session of a workflow that is suspended and resumed', async () => {
  const { runtime, model, marks, of } = await stage();
  const solo = new Agent({ id: 'solo', name: 'Solo', instructions: 'SOLO', model });
  const wait = createStep({
    id: 'wait',
    inputSchema: z.any(),
    outputSchema: z.any(),
    execute: async ({ resumeData, suspend }) =>
      resumeData === undefined ? suspend({}) : { prompt: 'on' },
  });
  const wf = createWorkflow({
    id: 'wf',
    inputSchema: z.object({ prompt: z.string() }),
    outputSchema: z.any(),
  })
    .then(wait)
    .then(createStep(solo))
    .commit();
  const mastra = new Mastra({ workflows: { wf }, storage: storage(), logger: false });
  attach(mastra, runtime);
  const run = await wf.createRun({ runId: 'r1' });
  expect((await run.start({ inputData: { prompt: 'x' } })).status).toBe('suspended');
  expect(of('session-pause')).toHaveLength(1);
  expect((await run.resume({ resumeData: { yes: true } })).status).toBe('success');
  expect(marks()).toEqual([{ agent: 'wf/solo', session: 'r1' }]);
});

it('keeps the session of an agent that waits for approval of a tool', async () => {
  const { runtime, model, marks, of } = await stage();
  const lookup = createTool({
    id: 'lookup',
    description: 'd',
    inputSchema: z.object({ term: z.string() }),
    requireApproval: true,
    execute: async () => ({ found: true }),
  });
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    instructions: 'WORKER',
    model,
    tools: { lookup },
  });
  attach(new Mastra({ agents: { worker }, storage: storage(), logger: false }), runtime);
  const output = await worker.stream('go', { memory: { thread: 'T', resource: 'R' } });
  await output.consumeStream();
  await vi.waitFor(() => expect(of('dispatch-end').map(({ how }) => how)).toEqual(['interrupted']));
  const resumed = await worker.approveToolCall({ runId: output.runId });
  await resumed.consumeStream();
  await vi.waitFor(() => expect(of('dispatch-end')).toHaveLength(2));
  expect(marks().map((mark) => mark?.session)).toEqual(['T', 'T']);
  const calls = of('call-start');
  expect(calls[1]?.previous).toBe(calls[0]?.call);
});

it('keeps the title of a thread apart from its agent', async () => {
  const { runtime, model, marks, of } = await stage(() => ({ text: 'fine' }));
  const agent = new Agent({
    id: 'solo',
    name: 'Solo',
    instructions: 'SOLO',
    model,
    memory: new MockMemory(),
  });
  const attachment = attach(
    new Mastra({ agents: { agent }, storage: storage(), logger: false }),
    runtime,
  );
  const on = { memory: { thread: 'T', resource: 'R', options: { generateTitle: true } } };
  await agent.generate('hi', on);
  await vi.waitFor(() => expect(marks()).toHaveLength(2));
  await agent.generate('again', on);
  expect(marks().map((mark) => mark?.agent)).toEqual(['solo', 'solo/title', 'solo']);
  const calls = of('call-start');
  expect(calls[2]?.previous).toBe(calls[0]?.call);
  // Its system message is another one; no change of the agent's own.
  expect(attachment.report().prefixDrift).toEqual({});
});

it('follows a workflow that an agent calls as a tool', async () => {
  const { runtime, model, marks } = await stage((body) =>
    systemOf(body).startsWith('CALLER') &&
    scriptedReply(body).text === 'CALLER is done' &&
    !JSON.stringify(body['messages']).includes('"tool"')
      ? { tools: [{ name: 'workflow-wf', args: { inputData: { prompt: 'q' } } }] }
      : scriptedReply(body),
  );
  const solo = new Agent({ id: 'solo', name: 'Solo', instructions: 'SOLO', model });
  const wf = createWorkflow({
    id: 'wf',
    description: 'w',
    inputSchema: z.object({ prompt: z.string() }),
    outputSchema: z.any(),
  })
    .then(createStep(solo))
    .commit();
  const caller = new Agent({
    id: 'caller',
    name: 'Caller',
    instructions: 'CALLER',
    model,
    workflows: { wf },
  });
  const attachment = attach(new Mastra({ agents: { caller }, logger: false }), runtime);
  await caller.generate('go', { memory: { thread: 'T', resource: 'R' } });
  expect(marks()).toEqual([
    { agent: 'caller', session: 'T' },
    { agent: 'caller/wf/solo', session: 'T' },
    { agent: 'caller', session: 'T' },
  ]);
  expect(attachment.topology().agents).toEqual(['caller', 'caller/wf/solo']);
});

it('watches durable agents and their tools', async () => {
  const { runtime, model, marks, of } = await stage();
  const lookup = createTool({
    id: 'lookup',
    description: 'd',
    inputSchema: z.object({ term: z.string() }),
    execute: async () => ({ found: true }),
  });
  const durable = new Agent({
    id: 'durable',
    name: 'Durable',
    instructions: 'WORKER durable',
    model,
    tools: { lookup },
    durable: true,
  });
  const mastra = new Mastra({ agents: { durable }, storage: storage(), logger: false });
  attach(mastra, runtime);
  const result = await mastra.getAgent('durable').stream('go', {
    memory: { thread: 'T', resource: 'R' },
  });
  const output: unknown = Reflect.get(result, 'output') ?? result;
  await Reflect.apply(Reflect.get(Object(output), 'consumeStream'), output, []);
  await vi.waitFor(() => expect(of('dispatch-end').map(({ how }) => how)).toEqual(['done']));
  expect(marks()).toEqual([
    { agent: 'durable', session: 'T' },
    { agent: 'durable', session: 'T' },
  ]);
  expect(of('tool-start').map(({ tool }) => tool)).toEqual(['lookup']);
});

it('watches the OpenAI provider and falls back from one model to the next', async () => {
  let failures = 1;
  const { runtime, marks, of } = await stage(() =>
    failures-- > 0 ? { status: 400 } : { text: 'ok' },
  );
  const openai = createOpenAI(runtime.client());
  const agent = new Agent({
    id: 'solo',
    name: 'Solo',
    instructions: 'SOLO',
    model: [
      { model: mastraModel(openai.chat('first')), maxRetries: 0 },
      { model: mastraModel(openai.chat('second')), maxRetries: 0 },
    ],
  });
  attach(new Mastra({ agents: { agent }, logger: false }), runtime);
  expect((await agent.generate('hi')).text).toBe('ok');
  expect(marks().map((mark) => mark?.agent)).toEqual(['solo', 'solo']);
  expect(of('call-start').map(({ attempt }) => attempt)).toEqual([1, 2]);
});
