import type { Directive, Policy, RequestBody } from '@entresol/runtime-core';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { MockMemory } from '@mastra/core/memory';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { asking } from './asking.ts';
import { blocker, deciding, rejected } from './deciding.ts';
import { scriptedReply, stage, systemOf } from './stage.ts';
import type { ScriptedReply } from './wire-engine.ts';

const memory = { thread: 'T', resource: 'R' };

const served: Directive = {
  kind: 'serve',
  lookup: async () => ({ value: { meaning: 'served' } }),
};

interface Choice {
  readonly type: 'agent' | 'tool';
  readonly id: string;
  readonly prompt: string;
}

/** The router chooses once, and is content with what it then reads. */
function routing(choice: Choice, done: (text: string) => boolean) {
  return (body: RequestBody): ScriptedReply => {
    if (!systemOf(body).includes('router')) return scriptedReply(body);
    const isOver = done(JSON.stringify(body['messages']));
    const verdict = {
      primitiveId: isOver ? '' : choice.id,
      primitiveType: isOver ? 'none' : choice.type,
      prompt: isOver ? '' : choice.prompt,
      selectionReason: 'scripted',
      isComplete: isOver,
      completionReason: 'scripted',
      finalResult: isOver ? 'all done' : '',
    };
    return { text: JSON.stringify(verdict) };
  };
}

const tool: Choice = { type: 'tool', id: 'lookup', prompt: JSON.stringify({ term: 'a' }) };
const agent: Choice = { type: 'agent', id: 'worker', prompt: 'work' };

/** A router with a tool of its own and a worker that uses the same one. */
async function network(
  choice: Choice,
  policies: readonly Policy[],
  reply: (body: RequestBody) => ScriptedReply | Promise<ScriptedReply> | undefined = () =>
    undefined,
) {
  const route = routing(choice, (text) => /looked up|served|not today|is done/u.test(text));
  const staged = await stage((body) => reply(body) ?? route(body), policies);
  const { model } = staged;
  const runs: string[] = [];
  let onRun: (() => void) | undefined;
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.object({ term: z.string() }),
    execute: async ({ term }) => {
      onRun?.();
      runs.push(term);
      return { meaning: 'looked up' };
    },
  });
  const worker = new Agent({
    id: 'worker',
    name: 'Worker',
    description: 'Works.',
    instructions: 'WORKER of the team',
    model,
    tools: { lookup },
  });
  const router = new Agent({
    id: 'router',
    name: 'Router',
    instructions: 'router of the team',
    model,
    agents: { worker },
    tools: { lookup },
    memory: new MockMemory(),
  });
  const other = new Agent({ id: 'blocker', name: 'b', instructions: 'BLOCKER', model });
  const mastra = new Mastra({
    agents: { router, worker, other },
    storage: new InMemoryStore(),
    logger: false,
  });
  const attachment = attach(mastra, staged.runtime);
  const types: string[] = [];
  const read = async (stream: AsyncIterable<{ readonly type: string }>): Promise<void> => {
    for await (const { type } of stream) types.push(type);
  };
  const run = async (): Promise<string> => {
    const output = await router.network('go', { memory, maxSteps: 3 });
    await read(output);
    await vi.waitFor(() => expect(staged.of('session-pause').length).toBeGreaterThan(0));
    return output.runId;
  };
  const onTool = (act: () => void): void => {
    onRun = act;
  };
  return { ...staged, router, other, attachment, run, read, runs, types, onTool };
}

const onTools = (directive: Directive): Policy =>
  deciding(({ type }) => (type === 'tool' ? directive : undefined));

it('tells the tools that a network takes from its agent', async () => {
  const { run, runs, of } = await network(tool, []);
  await run();
  expect(runs).toEqual(['a']);
  expect(of('tool-start').map(({ tool: name }) => name)).toEqual(['lookup']);
  expect(of('tool-end')).toHaveLength(1);
  expect(of('dispatch-end').map(({ how }) => how)).toEqual(['done']);
});

it.each([tool, agent])(
  'a network does not run a tool that a policy rejects: by the $type',
  async (choice) => {
    const { run, runs, server, of } = await network(choice, [onTools(rejected)]);
    await run();
    expect(runs).toEqual([]);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).toContain('not today');
    expect(of('tool-end')).toHaveLength(1);
  },
);

it.each([tool, agent])(
  'a network reads what a policy serves in place of a tool: by the $type',
  async (choice) => {
    const { run, runs, server } = await network(choice, [onTools(served)]);
    await run();
    expect(runs).toEqual([]);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).toContain('served');
  },
);

it.each([tool, agent])(
  'a network runs a tool that is held when the hold is over: by the $type',
  async (choice) => {
    const block = blocker();
    const policy = deciding((on) => (on.type === 'tool' ? block.hold() : block.decide(on)));
    const { run, runs, other, onTool } = await network(choice, [policy], (body) =>
      systemOf(body) === 'BLOCKER' ? block.reply() : undefined,
    );
    const wasOver: boolean[] = [];
    onTool(() => wasOver.push(block.isOver()));
    const blocking = other.generate('go');
    await block.begun;
    await Promise.all([run(), blocking]);
    expect(runs).toEqual(['a']);
    expect(wasOver).toEqual([true]);
  },
);

it('a network does not run an agent that a policy rejects', async () => {
  const { run, server, types } = await network(agent, [
    deciding((on) =>
      on.type === 'transition' && on.to === 'router/worker' ? rejected : undefined,
    ),
  ]);
  await run().catch(() => undefined);
  expect(types).not.toContain('agent-execution-end');
  expect(server.requests.filter(({ body }) => systemOf(body).startsWith('WORKER'))).toEqual([]);
});

it('a network waits for the user where a policy asks about the tool of an agent in it', async () => {
  const { run, read, router, runs, attachment, types, of, marks } = await network(agent, [
    asking('lookup'),
  ]);
  const runId = await run();
  expect(runs).toEqual([]);
  expect(types).toContain('agent-execution-approval');
  expect(of('dispatch-end').map(({ how }) => how)).toContain('interrupted');
  expect(attachment.report().pendingApprovals).toMatchObject([
    { session: 'T', agent: 'router/worker', tool: 'lookup' },
  ]);
  await read(await router.approveNetworkToolCall({ runId, memory }));
  expect(runs).toEqual(['a']);
  expect(attachment.report().pendingApprovals).toEqual([]);
  expect(new Set(marks().map((mark) => mark?.session))).toEqual(new Set(['T']));
});

it('a network has no way to ask about a tool of its own: refused and counted', async () => {
  const { run, runs, attachment } = await network(tool, [asking('lookup')]);
  await run();
  expect(runs).toEqual(['a']);
  expect(attachment.report().refusedDirectives).toEqual({ 'approve-tool': 1 });
});
