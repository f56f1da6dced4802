import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { stage } from './stage.ts';

const prompt = z.object({ prompt: z.string() });
const toPrompt = async ({ inputData }: { readonly inputData: unknown }) => ({
  prompt: JSON.stringify(inputData),
});

it('links the rounds of a review loop one after the other', async () => {
  const { runtime, model, of } = await stage();
  const agent = (id: string) => new Agent({ id, name: id, instructions: `${id} it`, model });
  const round = createWorkflow({ id: 'round', inputSchema: prompt, outputSchema: prompt })
    .then(createStep(agent('writer')))
    .map(toPrompt)
    .then(createStep(agent('reviewer')))
    .map(toPrompt)
    .commit();
  const wf = createWorkflow({ id: 'wf', inputSchema: prompt, outputSchema: prompt })
    // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
    .dountil(round, async ({ iterationCount }) => iterationCount >= 2)
    .commit();
  attach(new Mastra({ workflows: { wf }, logger: false }), runtime);
  const run = await wf.createRun({ runId: 'r' });
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('success');
  const starts = of('dispatch-start');
  expect(starts.map(({ agent: path }) => path)).toEqual([
    'wf/round/writer',
    'wf/round/reviewer',
    'wf/round/writer',
    'wf/round/reviewer',
  ]);
  const before = starts.map(({ dispatch }) => [dispatch]);
  expect(starts.map(({ after }) => after)).toEqual([[], ...before.slice(0, 3)]);
  const calls = of('call-start');
  expect(calls.map(({ previous }) => previous)).toEqual([
    undefined,
    ...calls.slice(0, 3).map(({ call }) => call),
  ]);
});

it('keeps parallel branches apart, however long each is', async () => {
  const { runtime, model, of } = await stage();
  const agent = (id: string) => new Agent({ id, name: id, instructions: `${id} it`, model });
  const line = (id: string) =>
    createWorkflow({ id, inputSchema: prompt, outputSchema: prompt })
      .then(createStep(agent(`${id}1`)))
      .map(toPrompt)
      .then(createStep(agent(`${id}2`)))
      .map(toPrompt)
      .commit();
  const wf = createWorkflow({ id: 'wf', inputSchema: prompt, outputSchema: z.any() })
    // @ts-expect-error Mastra's type of a workflow is no step under exactOptionalPropertyTypes.
    .parallel([line('a'), line('b')])
    .map(toPrompt)
    .then(createStep(agent('end')))
    .commit();
  attach(new Mastra({ workflows: { wf }, logger: false }), runtime);
  const run = await wf.createRun();
  await run.start({ inputData: { prompt: 'go' } });
  const callOf = new Map(of('call-start').map((call) => [call.agent, call]));
  expect(callOf.get('wf/a/a2')?.previous).toBe(callOf.get('wf/a/a1')?.call);
  expect(callOf.get('wf/b/b2')?.previous).toBe(callOf.get('wf/b/b1')?.call);
  const startOf = new Map(of('dispatch-start').map((start) => [start.agent, start]));
  expect(startOf.get('wf/b/b2')?.after).toEqual([startOf.get('wf/b/b1')?.dispatch]);
  expect(new Set(startOf.get('wf/end')?.after)).toEqual(
    new Set([startOf.get('wf/a/a2')?.dispatch, startOf.get('wf/b/b2')?.dispatch]),
  );
});

it('watches an agent that a stream of a workflow runs', async () => {
  const { runtime, model, marks, of } = await stage();
  const solo = new Agent({ id: 'solo', name: 's', instructions: 'SOLO', model });
  const wf = createWorkflow({ id: 'wf', inputSchema: prompt, outputSchema: z.any() })
    .then(createStep(solo))
    .commit();
  attach(new Mastra({ workflows: { wf }, logger: false }), runtime);
  const run = await wf.createRun({ runId: 'r' });
  const output = run.stream({ inputData: { prompt: 'go' } });
  expect((await output.result).status).toBe('success');
  expect(marks()).toEqual([{ agent: 'wf/solo', session: 'r' }]);
  expect(of('session-close')).toHaveLength(1);
});
