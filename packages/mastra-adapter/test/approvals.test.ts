import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { asking } from './asking.ts';
import { scriptedReply, stage, systemOf } from './stage.ts';

const memory = { thread: 'T', resource: 'R' };

/** An agent with one tool, which counts its runs. */
async function desk({ durable = false, stored = true } = {}) {
  const staged = await stage(undefined, [asking('lookup')]);
  const runs: string[] = [];
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.object({ term: z.string() }),
    execute: async ({ term }) => {
      runs.push(term);
      return { meaning: 'looked up' };
    },
  });
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    description: 'Works.',
    instructions: 'WORKER of the team',
    model: staged.model,
    tools: { lookup },
    ...(durable ? { durable } : {}),
  });
  const supervisor = new Agent({
    id: 'supervisor',
    name: 'Supervisor',
    instructions: 'SUPERVISOR of the team',
    model: staged.model,
    agents: { worker },
  });
  const mastra = new Mastra({
    agents: { supervisor, worker },
    logger: false,
    ...(stored ? { storage: new InMemoryStore() } : {}),
  });
  const attachment = attach(mastra, staged.runtime);
  const worked = () => JSON.stringify(staged.server.requests.at(-1)?.body);
  return { ...staged, mastra, attachment, supervisor, worker, runs, worked };
}

/** Does the app see that the user is asked? */
async function shownBy(
  output:
    | { readonly fullStream: AsyncIterable<{ readonly type: string }> }
    | { readonly finishReason: unknown },
): Promise<boolean> {
  if (!('fullStream' in output)) return output.finishReason === 'suspended';
  const types: string[] = [];
  for await (const { type } of output.fullStream) types.push(type);
  return types.includes('tool-call-approval');
}

it.each(['stream', 'generate'] as const)(
  'asks the user about a tool as Mastra does, and runs it after a yes: %s',
  async (mode) => {
    const { worker, runs, attachment, of, marks, worked } = await desk();
    const output =
      mode === 'stream'
        ? await worker.stream('go', { memory })
        : await worker.generate('go', { memory });
    expect(await shownBy(output)).toBe(true);
    expect(runs).toEqual([]);
    await vi.waitFor(() => expect(of('session-pause')).toHaveLength(1));
    expect(of('dispatch-end').map(({ how }) => how)).toEqual(['interrupted']);
    expect(of('tool-start')).toEqual([]);
    const [pending] = attachment.report().pendingApprovals;
    expect(pending).toMatchObject({
      session: 'T',
      agent: 'worker',
      tool: 'lookup',
      question: expect.stringContaining('May lookup run?'),
    });
    const { runId = '' } = output;
    const { toolCallId = '' } = pending ?? {};
    const resumed =
      mode === 'stream'
        ? await worker.approveToolCall({ runId, toolCallId })
        : await worker.approveToolCallGenerate({ runId, toolCallId });
    if ('consumeStream' in resumed) await resumed.consumeStream();
    expect(runs).toEqual(['a']);
    expect(worked()).toContain('looked up');
    expect(attachment.report().pendingApprovals).toEqual([]);
    expect(attachment.report().refusedDirectives).toEqual({});
    await vi.waitFor(() => expect(of('session-pause')).toHaveLength(2));
    expect(marks().map((mark) => mark?.session)).toEqual(['T', 'T']);
    expect(of('tool-start')).toHaveLength(1);
    expect(of('tool-end')).toHaveLength(1);
  },
);

it('does not run a tool that the user declines', async () => {
  const { worker, runs, attachment, worked, of } = await desk();
  const output = await worker.stream('go', { memory });
  await output.consumeStream();
  const resumed = await worker.declineToolCall({ runId: output.runId });
  await resumed.consumeStream();
  expect(runs).toEqual([]);
  expect(worked()).not.toContain('looked up');
  expect(attachment.report().pendingApprovals).toEqual([]);
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(2));
});

it('asks about the tool of a sub-agent through its supervisor', async () => {
  const { supervisor, runs, attachment, worked, of, marks } = await desk();
  const output = await supervisor.stream('go', { memory });
  await output.consumeStream();
  expect(runs).toEqual([]);
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(1));
  expect(attachment.report().pendingApprovals).toMatchObject([
    { session: 'T', agent: 'supervisor/worker', tool: 'lookup' },
  ]);
  const resumed = await supervisor.approveToolCall({ runId: output.runId });
  await resumed.consumeStream();
  expect(runs).toEqual(['a']);
  expect(worked()).toContain('WORKER is done');
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(2));
  expect(marks()).toEqual([
    { agent: 'supervisor', session: 'T' },
    { agent: 'supervisor/worker', session: 'T' },
    { agent: 'supervisor/worker', session: 'T' },
    { agent: 'supervisor', session: 'T' },
  ]);
});

it('asks about a delegation as about a tool', async () => {
  const { runtime, model, server } = await stage(undefined, [asking('agent-worker')]);
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    description: 'Works.',
    instructions: 'HELPER of the team',
    model,
  });
  const supervisor = new Agent({
    id: 'supervisor',
    name: 'Supervisor',
    instructions: 'SUPERVISOR of the team',
    model,
    agents: { worker },
  });
  const agents = { supervisor, worker };
  attach(new Mastra({ agents, storage: new InMemoryStore(), logger: false }), runtime);
  const output = await supervisor.stream('go', { memory });
  await output.consumeStream();
  expect(server.requests).toHaveLength(1);
  const resumed = await supervisor.approveToolCall({ runId: output.runId });
  await resumed.consumeStream();
  expect(server.requests.map(({ body }) => systemOf(body).split(' ')[0])).toEqual([
    'SUPERVISOR',
    'HELPER',
    'SUPERVISOR',
  ]);
});

it('asks about the tool of a durable agent', async () => {
  const { mastra, runs, of, attachment } = await desk({ durable: true });
  const durable = mastra.getAgent('worker');
  const output = await durable.stream('go', { memory });
  await vi.waitFor(() => expect(attachment.report().pendingApprovals).toHaveLength(1));
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(1));
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['interrupted']);
  expect(runs).toEqual([]);
  const resumed = await durable.approveToolCall({ runId: output.runId });
  await consume(resumed);
  await vi.waitFor(() => expect(runs).toEqual(['a']));
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(2));
});

async function consume(output: object): Promise<void> {
  const stream: unknown = Reflect.get(output, 'output') ?? output;
  await Reflect.apply(Reflect.get(Object(stream), 'consumeStream'), stream, []);
}

it('asks about each of two tools side by side, and a yes to one is none to the other', async () => {
  const { runtime, model, of } = await stage(
    (body) =>
      scriptedReply(body).tools === undefined
        ? { text: 'done' }
        : {
            tools: [
              { name: 'lookup', args: { term: 'a' } },
              { name: 'lookup', args: { term: 'b' } },
            ],
          },
    [asking('lookup')],
  );
  const runs: string[] = [];
  const lookup = createTool({
    id: 'lookup',
    description: 'd',
    inputSchema: z.object({ term: z.string() }),
    execute: async ({ term }) => {
      runs.push(term);
      return {};
    },
  });
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    instructions: 'WORKER',
    model,
    tools: { lookup },
  });
  const app = new Mastra({ agents: { worker }, storage: new InMemoryStore(), logger: false });
  const attachment = attach(app, runtime);
  const output = await worker.stream('go', { memory });
  await output.consumeStream();
  await vi.waitFor(() => expect(of('session-pause')).toHaveLength(1));
  const pending = attachment.report().pendingApprovals;
  expect(pending).toHaveLength(2);
  const { runId } = output;
  const { toolCallId: second = '' } = pending[1] ?? {};
  await (await worker.approveToolCall({ runId, toolCallId: second })).consumeStream();
  expect(runs).toEqual(['b']);
  const [rest] = attachment.report().pendingApprovals;
  expect(rest?.toolCallId).toBe(pending[0]?.toolCallId);
  const { toolCallId: first = '' } = rest ?? {};
  await (await worker.declineToolCall({ runId, toolCallId: first })).consumeStream();
  expect(runs).toEqual(['b']);
  expect(attachment.report().pendingApprovals).toEqual([]);
});

it('asks without a storage of the app too, since Mastra keeps runs in memory then', async () => {
  const { worker, runs, attachment } = await desk({ stored: false });
  const { runId = '' } = await worker.generate('go');
  expect(runs).toEqual([]);
  await worker.approveToolCallGenerate({ runId });
  expect(runs).toEqual(['a']);
  expect(attachment.report().refusedDirectives).toEqual({});
});
