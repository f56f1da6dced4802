import type { InlineOccasion } from '@entresol/runtime-core';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createStep, createWorkflow } from '@mastra/core/workflows/evented';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { blocker, deciding, rejected } from './deciding.ts';
import type { Decide } from './deciding.ts';
import { stage } from './stage.ts';
import type { ScriptedReply } from './wire-engine.ts';

const always = (): boolean => true;

async function evented(
  decide: Decide,
  reply: () => Promise<ScriptedReply> | ScriptedReply = () => ({ text: 'ok' }),
) {
  const staged = await stage(reply, [deciding(decide)]);
  const { model } = staged;
  const seen: unknown[] = [];
  let isOver = always;
  const schema = z.object({ prompt: z.string() });
  const count = createStep({
    id: 'count',
    inputSchema: schema,
    outputSchema: schema,
    execute: async ({ inputData, resumeData }) => {
      seen.push({ resumeData, isOver: isOver() });
      return inputData;
    },
  });
  const solo = new Agent({ id: 'solo', name: 'solo', instructions: 'SOLO', model });
  const other = new Agent({ id: 'blocker', name: 'b', instructions: 'BLOCKER', model });
  const flow = createWorkflow({ id: 'flow', inputSchema: schema, outputSchema: z.any() })
    .then(count)
    .then(createStep(solo))
    .commit();
  const mastra = new Mastra({
    agents: { solo, other },
    workflows: { flow },
    storage: new InMemoryStore(),
    logger: false,
  });
  await mastra.startWorkers();
  onTestFinished(async () => {
    await mastra.stopWorkers();
  });
  const attachment = attach(mastra, staged.runtime);
  const run = await flow.createRun({ runId: 'r' });
  const watch = (check: () => boolean): void => {
    isOver = check;
  };
  return { ...staged, run, seen, other, attachment, watch };
}

const isCount = (occasion: InlineOccasion): boolean =>
  occasion.type === 'transition' && occasion.to === 'flow/count';

it('an evented workflow fails at a step that a policy rejects', async () => {
  const { run, seen, server } = await evented((on) => (isCount(on) ? rejected : undefined));
  const result = await run.start({ inputData: { prompt: 'go' } });
  expect(result.status).toBe('failed');
  expect(seen).toEqual([]);
  expect(server.requests).toEqual([]);
});

it('an evented workflow fails at an agent that a policy rejects', async () => {
  const { run, seen, server } = await evented((on) =>
    on.type === 'transition' && on.to === 'flow/solo' ? rejected : undefined,
  );
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('failed');
  expect(seen).toHaveLength(1);
  expect(server.requests).toEqual([]);
});

it('an evented workflow waits before a step that the user is asked about', async () => {
  const { run, seen, marks } = await evented((on) =>
    isCount(on) ? { kind: 'approve', question: 'May it?' } : undefined,
  );
  expect((await run.start({ inputData: { prompt: 'go' } })).status).toBe('suspended');
  expect(seen).toEqual([]);
  const result = await run.resume({ step: 'count', resumeData: { approved: true } });
  expect(result.status).toBe('success');
  expect(seen).toEqual([{ resumeData: undefined, isOver: true }]);
  expect(marks()).toEqual([{ agent: 'flow/solo', session: 'r' }]);
});

it('an evented workflow runs a step that is held when the hold is over', async () => {
  const block = blocker();
  const { run, seen, other, watch } = await evented(
    (on) => (isCount(on) ? block.hold() : block.decide(on)),
    block.reply,
  );
  watch(block.isOver);
  const blocking = other.generate('go');
  await block.begun;
  await Promise.all([run.start({ inputData: { prompt: 'go' } }), blocking]);
  expect(seen).toEqual([{ resumeData: undefined, isOver: true }]);
});
