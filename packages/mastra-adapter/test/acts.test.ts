import type { AdapterHost, Directive, InlineOccasion, Policy } from '@entresol/runtime-core';
import { expect, it } from 'vitest';
import { attach, TransitionRejectedError } from '../src/index.ts';
import { stage, supervisorApp, workflowApp } from './stage.ts';

const lookup = async () => ({ value: { meaning: 'served' } });

const policy = (decide: (occasion: InlineOccasion) => Directive | undefined): Policy => ({
  name: 'scripted',
  mode: 'on',
  interference: 'none',
  act: {
    inline: (occasion) => {
      const directive = decide(occasion);
      return directive === undefined ? [] : [directive];
    },
  },
});

it('serves a tool in place of its result', async () => {
  const { runtime, model, server, of } = await stage(undefined, [
    policy((occasion) =>
      occasion.type === 'tool' && occasion.tool === 'lookup'
        ? { kind: 'serve', lookup }
        : undefined,
    ),
  ]);
  const { mastra, worker, lookups } = supervisorApp(model);
  attach(mastra, runtime);
  await worker.generate('go');
  expect(lookups()).toBe(0);
  expect(JSON.stringify(server.requests[1]?.body)).toContain('served');
  expect(of('tool-end')).toHaveLength(1);
});

it('rejects a tool with a reason that the model reads', async () => {
  const { runtime, model, server } = await stage(undefined, [
    policy(({ type }) => (type === 'tool' ? { kind: 'reject', reason: 'not today' } : undefined)),
  ]);
  const { mastra, worker, lookups } = supervisorApp(model);
  attach(mastra, runtime);
  await worker.generate('go');
  expect(lookups()).toBe(0);
  expect(JSON.stringify(server.requests[1]?.body)).toContain('not today');
});

it('rejects the step to an agent', async () => {
  const { runtime, model, server } = await stage(undefined, [
    policy((occasion) =>
      occasion.type === 'transition' && occasion.to === 'desk/writer'
        ? { kind: 'reject', reason: `after ${occasion.from}` }
        : undefined,
    ),
  ]);
  const { mastra, desk } = workflowApp(model);
  attach(mastra, runtime);
  const run = await desk.createRun();
  const result = await run.start({ inputData: { prompt: 'go' } });
  expect(result.status).toBe('failed');
  expect(server.requests).toHaveLength(2);

  const { runtime: other, model: direct } = await stage(undefined, [
    policy(({ type }) => (type === 'transition' ? { kind: 'reject', reason: 'no' } : undefined)),
  ]);
  const app = supervisorApp(direct);
  attach(app.mastra, other);
  await expect(app.worker.generate('go')).rejects.toThrow(TransitionRejectedError);
});

it('fails no run when the runtime behind it fails', async () => {
  const { runtime, model } = await stage();
  const broken: AdapterHost = {
    clock: runtime.clock,
    ids: runtime.ids,
    actsInline: false,
    observe: (event) => {
      if (event.type !== 'topology-declare') throw new Error('broken');
    },
    passage: () => undefined,
    link: () => () => undefined,
    claimWorkload: () => undefined,
  };
  const { mastra, worker } = supervisorApp(model);
  const attachment = attach(mastra, broken);
  expect((await worker.generate('go')).text).toBe('WORKER is done');
  expect(attachment.report().faults).toBeGreaterThan(0);
});
