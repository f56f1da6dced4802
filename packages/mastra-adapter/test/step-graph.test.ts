import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { deciding, rejected } from './deciding.ts';
import { stage } from './stage.ts';

const prompt = z.object({ prompt: z.string() });
const toPrompt = async () => ({ prompt: 'x' });
const flow = { id: 'wf', inputSchema: prompt, outputSchema: z.any() } as const;

async function desk() {
  const staged = await stage();
  const agent = (id: string) =>
    new Agent({ id, name: id, instructions: `${id} it`, model: staged.model });
  return { ...staged, a: agent('a'), b: agent('b') };
}

function edgesOf(mastra: Mastra, staged: Awaited<ReturnType<typeof desk>>): readonly string[] {
  const attachment = attach(mastra, staged.runtime);
  const { edges } = attachment.topology();
  return edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`).toSorted();
}

it('reads foreach as a fan-out to its agent and a join after it', async () => {
  const staged = await desk();
  const { a, b, of, marks } = staged;
  const wf = createWorkflow({ ...flow, inputSchema: z.array(prompt) })
    .foreach(createStep(a), { concurrency: 3 })
    .map(toPrompt)
    .then(createStep(b))
    .commit();
  const mastra = new Mastra({ workflows: { wf }, logger: false });
  expect(edgesOf(mastra, staged)).toEqual([
    'START fan-out wf/a',
    'wf/a join wf/b',
    'wf/b static END',
  ]);
  const run = await wf.createRun({ runId: 'r' });
  const inputData = ['one', 'two', 'three'].map((text) => ({ prompt: text }));
  expect((await run.start({ inputData })).status).toBe('success');
  expect(marks().map((mark) => mark?.agent)).toEqual(['wf/a', 'wf/a', 'wf/a', 'wf/b']);
  const starts = of('dispatch-start');
  const rounds = starts.slice(0, 3);
  expect(rounds.map(({ after }) => after)).toEqual([[], [], []]);
  expect(starts[3]?.after.toSorted()).toEqual(rounds.map(({ dispatch }) => dispatch).toSorted());
});

it('reads dowhile as a way back and a way on', async () => {
  const staged = await desk();
  const { a, b } = staged;
  const loop = createStep({
    id: 'loop',
    inputSchema: z.any(),
    outputSchema: prompt,
    execute: async () => ({ prompt: (await a.generate('again')).text }),
  });
  const wf = createWorkflow(flow)
    .then(createStep(b))
    .map(toPrompt)
    .dowhile(loop, async ({ iterationCount }) => iterationCount < 2)
    .then(createStep(b))
    .commit();
  const mastra = new Mastra({ agents: { a }, workflows: { wf }, logger: false });
  expect(edgesOf(mastra, staged)).toContain('wf/b branch wf/b');
  const run = await wf.createRun();
  await run.start({ inputData: { prompt: 'go' } });
  const starts = staged.of('dispatch-start');
  expect(starts.map(({ agent }) => agent)).toEqual(['wf/b', 'wf/loop/a', 'wf/loop/a', 'wf/b']);
  const before = starts.map(({ dispatch }) => [dispatch]);
  expect(starts.map(({ after }) => after)).toEqual([[], ...before.slice(0, 3)]);
});

it('bridges tools, sleeps and maps, and resolves an agent that is named by its id', async ({
  skip,
}) => {
  const staged = await desk();
  const { a, b } = staged;
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.any(),
    outputSchema: z.any(),
    execute: async () => ({ found: true }),
  });
  const builder = createWorkflow(flow);
  skip(!('agent' in builder), 'this version of Mastra has no steps that name an agent');
  const wf = builder
    .agent('a')
    .sleep(1)
    .then(createStep(lookup))
    .map(toPrompt)
    .sleepUntil(async () => new Date(0))
    .then(createStep(b))
    .commit();
  const mastra = new Mastra({ agents: { a }, workflows: { wf }, logger: false });
  expect(edgesOf(mastra, staged)).toEqual([
    'START static wf/a',
    'wf/a static wf/b',
    'wf/b static END',
  ]);
  const run = await wf.createRun();
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('success');
  const starts = staged.of('dispatch-start');
  expect(starts.map(({ agent }) => agent)).toEqual(['wf/a', 'wf/b']);
  expect(starts[1]?.after).toEqual([starts[0]?.dispatch]);
});

it('reads nested workflows by path, each where it is used', async () => {
  const staged = await desk();
  const { a, b } = staged;
  const inner = createWorkflow({ id: 'inner', inputSchema: prompt, outputSchema: prompt })
    .then(createStep(a))
    .map(toPrompt)
    .commit();
  const middle = createWorkflow({ id: 'middle', inputSchema: prompt, outputSchema: prompt })
    // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
    .then(inner)
    .then(createStep(b))
    .map(toPrompt)
    .commit();
  const wf = createWorkflow(flow)
    // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
    .then(middle)
    // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
    .then(inner)
    .commit();
  const mastra = new Mastra({ workflows: { wf }, logger: false });
  expect(edgesOf(mastra, staged)).toEqual([
    'START static wf/middle/inner/a',
    'wf/inner/a static END',
    'wf/middle/b static wf/inner/a',
    'wf/middle/inner/a static wf/middle/b',
  ]);
  const run = await wf.createRun();
  await run.start({ inputData: { prompt: 'go' } });
  expect(staged.marks().map((mark) => mark?.agent)).toEqual([
    'wf/middle/inner/a',
    'wf/middle/b',
    'wf/inner/a',
  ]);
});

it('asks the policies once before each run of a step, however many places it has', async () => {
  const asked: string[] = [];
  const noting = deciding((on) => {
    if (on.type === 'transition') asked.push(on.to);
    return undefined;
  });
  const { runtime } = await stage(undefined, [noting]);
  const plain = createStep({
    id: 'plain',
    inputSchema: z.any(),
    outputSchema: z.any(),
    execute: async () => ({}),
  });
  const wf = createWorkflow(flow).then(plain).then(plain).commit();
  const other = createWorkflow({ ...flow, id: 'other' })
    .then(plain)
    .commit();
  const attachment = attach(new Mastra({ workflows: { wf, other }, logger: false }), runtime);
  const run = await wf.createRun({ runId: 'r' });
  expect(await wf.createRun({ runId: 'r' })).toBe(run);
  await run.start({ inputData: { prompt: 'go' } });
  await (await other.createRun()).start({ inputData: { prompt: 'go' } });
  expect(asked).toEqual(['wf/plain', 'wf/plain', 'other/plain']);
  expect(attachment.report().faults).toBe(0);
});

it('asks the policies before a tool that is a step, and not again where an agent uses it', async () => {
  const asked: string[] = [];
  const strict = deciding((on) => {
    if (on.type === 'request') return undefined;
    asked.push(on.type === 'tool' ? `${on.agent} uses ${on.tool}` : on.to);
    return on.type === 'transition' && on.to === 'wf/lookup' ? rejected : undefined;
  });
  const { runtime, model } = await stage(undefined, [strict]);
  let runs = 0;
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.any(),
    outputSchema: z.any(),
    execute: async () => {
      runs += 1;
      return { found: true };
    },
  });
  const wf = createWorkflow(flow).then(createStep(lookup)).commit();
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    instructions: 'WORKER',
    model,
    tools: { lookup },
  });
  const mastra = new Mastra({ agents: { worker }, workflows: { wf }, logger: false });
  const attachment = attach(mastra, runtime);
  const run = await wf.createRun();
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('failed');
  expect(runs).toBe(0);
  await worker.generate('go');
  expect(runs).toBe(1);
  expect(asked).toEqual(['wf/lookup', 'worker', 'worker uses lookup']);
  expect(attachment.report().faults).toBe(0);
});
