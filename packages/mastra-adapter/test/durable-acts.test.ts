import type { Directive, RequestBody } from '@entresol/runtime-core';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { blocker, deciding, rejected } from './deciding.ts';
import type { Decide } from './deciding.ts';
import { scriptedReply, stage, systemOf } from './stage.ts';
import type { ScriptedReply } from './wire-engine.ts';

const always = (): boolean => true;

const served: Directive = {
  kind: 'serve',
  lookup: async () => ({ value: { meaning: 'served' } }),
};

async function durable(
  decide: Decide,
  reply: (body: RequestBody) => ScriptedReply | Promise<ScriptedReply> = scriptedReply,
) {
  const staged = await stage(reply, [deciding(decide)]);
  const { model } = staged;
  const runs: boolean[] = [];
  let isOver = always;
  const lookup = createTool({
    id: 'lookup',
    description: 'd',
    inputSchema: z.object({ term: z.string() }),
    execute: async () => {
      runs.push(isOver());
      return { meaning: 'looked up' };
    },
  });
  const base = { name: 'x', model, tools: { lookup } };
  const worker = new Agent({ ...base, id: 'worker', instructions: 'WORKER', durable: true });
  const other = new Agent({ id: 'blocker', name: 'b', instructions: 'BLOCKER', model });
  const mastra = new Mastra({
    agents: { worker, other },
    storage: new InMemoryStore(),
    logger: false,
  });
  attach(mastra, staged.runtime);
  const run = async (): Promise<void> => {
    const result = await mastra.getAgent('worker').stream('go');
    const output: unknown = Reflect.get(result, 'output') ?? result;
    await Reflect.apply(Reflect.get(Object(output), 'consumeStream'), output, []);
    await vi.waitFor(() => expect(staged.of('dispatch-end').length).toBeGreaterThan(0));
  };
  const lastSent = () => JSON.stringify(staged.server.requests.at(-1)?.body);
  const watch = (check: () => boolean): void => {
    isOver = check;
  };
  return { ...staged, run, runs, other, lastSent, watch };
}

it('a durable agent does not run a tool that a policy rejects', async () => {
  const { run, runs, lastSent } = await durable(({ type }) =>
    type === 'tool' ? rejected : undefined,
  );
  await run();
  expect(runs).toEqual([]);
  expect(lastSent()).toContain('not today');
});

it('a durable agent reads what a policy serves in place of a tool', async () => {
  const { run, runs, lastSent } = await durable(({ type }) =>
    type === 'tool' ? served : undefined,
  );
  await run();
  expect(runs).toEqual([]);
  expect(lastSent()).toContain('served');
});

it('a durable agent sends no call that a policy rejects, and fails', async () => {
  const { run, of, server } = await durable(({ type }) =>
    type === 'request' ? rejected : undefined,
  );
  await run();
  expect(server.requests).toEqual([]);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['failed']);
});

it('a durable agent does not begin when a policy rejects its run', async () => {
  const { run, of } = await durable(({ type }) => (type === 'transition' ? rejected : undefined));
  await expect(run()).rejects.toThrow('not today');
  expect(of('dispatch-start')).toEqual([]);
});

it('a durable agent runs a tool that is held when the hold is over', async () => {
  const block = blocker();
  const { run, runs, other, watch } = await durable(
    (occasion) => (occasion.type === 'tool' ? block.hold() : block.decide(occasion)),
    (body) => (systemOf(body) === 'BLOCKER' ? block.reply() : scriptedReply(body)),
  );
  watch(block.isOver);
  const blocking = other.generate('go');
  await block.begun;
  await Promise.all([run(), blocking]);
  expect(runs).toEqual([true]);
});
