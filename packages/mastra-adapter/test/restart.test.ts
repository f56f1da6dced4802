import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { RequestContext } from '@mastra/core/request-context';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { asking } from './asking.ts';
import { stage } from './stage.ts';

const noMark = 'this version of Mastra does not keep who has asked';
const memory = { thread: 'T', resource: 'R' };

const acme = () => new RequestContext([['tenant', 'acme'] as const]);

/** A process of the app: it has objects and a runtime of its own, and shares nothing but the storage. */
async function start(storage: InMemoryStore, { requireApproval = false, durable = false } = {}) {
  const told: Readonly<Record<string, unknown>>[] = [];
  const tenantOf = (metadata: Readonly<Record<string, unknown>>): string => {
    told.push(metadata);
    return 'acme';
  };
  const staged = await stage(undefined, [asking('lookup')], { tenantOf });
  const runs: string[] = [];
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.object({ term: z.string() }),
    requireApproval,
    execute: async ({ term }) => {
      runs.push(term);
      return { meaning: 'looked up' };
    },
  });
  const { model } = staged;
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    description: 'Works.',
    instructions: 'WORKER of the team',
    model,
    tools: { lookup },
    ...(durable ? { durable } : {}),
  });
  const supervisor = new Agent({
    id: 'supervisor',
    name: 'Supervisor',
    instructions: 'SUPERVISOR of the team',
    model,
    agents: { worker },
  });
  const mastra = new Mastra({ agents: { supervisor, worker }, storage, logger: false });
  const attachment = attach(mastra, staged.runtime);
  return { ...staged, mastra, attachment, supervisor, worker, runs, told };
}

/** Older versions keep nothing that tells a hook's question from Mastra's own. */
async function keepsWhoAsked(storage: InMemoryStore): Promise<boolean> {
  const store = await storage.getStore('workflows');
  const runs = await store?.listWorkflowRuns({});
  return JSON.stringify(runs).includes('"suspendPayload":{"type":"approval"');
}

it.for([true, false])(
  'an answer in another process than the question goes on in the session, and counts: %s',
  async (approved, { skip }) => {
    const storage = new InMemoryStore();
    const before = await start(storage);
    const { runId = '' } = await before.worker.generate('go', { memory });
    expect(before.runs).toEqual([]);
    skip(!(await keepsWhoAsked(storage)), noMark);
    const after = await start(storage);
    const options = { runId };
    await (approved
      ? after.worker.approveToolCallGenerate(options)
      : after.worker.declineToolCallGenerate(options));
    expect(after.runs).toEqual(approved ? ['a'] : []);
    expect(after.marks()).toEqual([{ agent: 'worker', session: 'T' }]);
    expect(after.of('session-pause')).toHaveLength(1);
    expect(after.attachment.report()).toMatchObject({ pendingApprovals: [], faults: 0 });
  },
);

it('a streamed run goes on in another process', async ({ skip }) => {
  const storage = new InMemoryStore();
  const before = await start(storage);
  const output = await before.worker.stream('go', { memory });
  await output.consumeStream();
  skip(!(await keepsWhoAsked(storage)), noMark);
  const after = await start(storage);
  const { runId } = output;
  await (await after.worker.approveToolCall({ runId })).consumeStream();
  expect(after.runs).toEqual(['a']);
  await vi.waitFor(() => expect(after.of('session-pause')).toHaveLength(1));
  expect(after.marks()).toEqual([{ agent: 'worker', session: 'T' }]);
});

it('a yes for the tool of a sub-agent reaches it in another process', async ({ skip }) => {
  const storage = new InMemoryStore();
  const before = await start(storage);
  const output = await before.supervisor.stream('go', { memory });
  await output.consumeStream();
  skip(!(await keepsWhoAsked(storage)), noMark);
  const after = await start(storage);
  const { runId } = output;
  await (await after.supervisor.approveToolCall({ runId })).consumeStream();
  expect(after.runs).toEqual(['a']);
  expect(after.marks()).toEqual([
    { agent: 'supervisor/worker', session: 'T' },
    { agent: 'supervisor', session: 'T' },
  ]);
});

it("a yes to Mastra's own question is none to that of a policy, in another process neither", async () => {
  const storage = new InMemoryStore();
  const before = await start(storage, { requireApproval: true });
  const { runId = '' } = await before.worker.generate('go', { memory });
  expect(before.attachment.report().pendingApprovals).toEqual([]);
  const after = await start(storage, { requireApproval: true });
  await after.worker.approveToolCallGenerate({ runId });
  expect(after.runs).toEqual([]);
  expect(after.attachment.report().pendingApprovals).toMatchObject([
    { session: 'T', tool: 'lookup' },
  ]);
  await after.worker.approveToolCallGenerate({ runId });
  expect(after.runs).toEqual(['a']);
});

it('the tool of a durable agent runs after a yes in another process', async ({ skip }) => {
  const storage = new InMemoryStore();
  const before = await start(storage, { durable: true });
  const { runId } = await before.mastra.getAgent('worker').stream('go', { memory });
  await vi.waitFor(() => expect(before.of('session-pause')).toHaveLength(1));
  skip(!(await keepsWhoAsked(storage)), noMark);
  const after = await start(storage, { durable: true });
  const resumed = await after.mastra.getAgent('worker').approveToolCall({ runId });
  const output: unknown = Reflect.get(resumed, 'output') ?? resumed;
  await Reflect.apply(Reflect.get(Object(output), 'consumeStream'), output, []);
  await vi.waitFor(() => expect(after.runs).toEqual(['a']));
  await vi.waitFor(() => expect(after.of('session-pause')).toHaveLength(1));
  expect(after.marks()).toEqual([{ agent: 'worker', session: 'T' }]);
});

it('what the app said about a run holds when it goes on, here and in another process', async () => {
  const said = { tenant: 'acme', threadId: 'T', resourceId: 'R' };
  const here = await start(new InMemoryStore());
  const first = await here.worker.generate('go', { memory, requestContext: acme() });
  await here.worker.approveToolCallGenerate({ runId: first.runId ?? '' });
  expect(here.told).toEqual([said, said]);

  const storage = new InMemoryStore();
  const before = await start(storage);
  const other = await before.worker.generate('go', { memory, requestContext: acme() });
  const after = await start(storage);
  await after.worker.declineToolCallGenerate({ runId: other.runId ?? '' });
  expect(after.told).toEqual([said]);
});
