import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { asking } from './asking.ts';
import { stage } from './stage.ts';

/** A workflow of one plain step. */
async function line(schemas: { readonly resumeSchema?: z.ZodType } = {}) {
  const staged = await stage(undefined, [asking('line/count')]);
  const seen: unknown[] = [];
  const count = createStep({
    id: 'count',
    inputSchema: z.object({ n: z.number() }),
    outputSchema: z.object({ n: z.number() }),
    ...schemas,
    execute: async ({ inputData, resumeData }) => {
      seen.push({ inputData, resumeData });
      return { n: inputData.n + 1 };
    },
  });
  const schema = z.object({ n: z.number() });
  const workflow = createWorkflow({ id: 'line', inputSchema: schema, outputSchema: schema })
    .then(count)
    .commit();
  const app = new Mastra({
    workflows: { line: workflow },
    storage: new InMemoryStore(),
    logger: false,
  });
  const attachment = attach(app, staged.runtime);
  const run = await workflow.createRun({ runId: 'r' });
  return { ...staged, seen, run, attachment };
}

it.each([true, false])('suspends before a plain step until the user says %s', async (approved) => {
  const { run, seen, attachment } = await line();
  const asked = await run.start({ inputData: { n: 1 } });
  expect(asked.status).toBe('suspended');
  expect(JSON.stringify(asked)).toContain('May line/count run?');
  expect(seen).toEqual([]);
  const result = await run.resume({ step: 'count', resumeData: { approved } });
  expect(result.status).toBe(approved ? 'success' : 'failed');
  expect(JSON.stringify(result).includes('did not approve')).toBe(!approved);
  expect(seen).toEqual(approved ? [{ inputData: { n: 1 }, resumeData: undefined }] : []);
  expect(attachment.report().refusedDirectives).toEqual({});
});

it('refuses and counts before a step that suspends by schemas of its own', async () => {
  const { run, seen, attachment } = await line({ resumeSchema: z.object({ by: z.string() }) });
  expect((await run.start({ inputData: { n: 1 } })).status).toBe('success');
  expect(seen).toHaveLength(1);
  expect(attachment.report().refusedDirectives).toEqual({ 'approve-transition': 1 });
});

it('refuses and counts before an agent, which no workflow can suspend', async () => {
  const { runtime, model } = await stage(undefined, [asking('worker')]);
  const worker = new Agent({ id: 'worker', name: 'W', instructions: 'W', model });
  const app = new Mastra({ agents: { worker }, storage: new InMemoryStore(), logger: false });
  const attachment = attach(app, runtime);
  expect((await worker.generate('go')).text).toBe('W is done');
  expect(attachment.report().refusedDirectives).toEqual({ 'approve-transition': 1 });
});
