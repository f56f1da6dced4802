import { attach } from '@entresol/mastra-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { toolMemo } from '../../src/tool-memo/index.ts';

process.env['MASTRA_TELEMETRY_DISABLED'] = '1';

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

/** Asks for one tool after the other, then stops. */
function scriptedModel(calls: readonly string[]) {
  let turn = 0;
  const next = () => {
    const toolName = calls[turn];
    turn += 1;
    if (toolName === undefined) return { text: 'done', finishReason: 'stop' as const };
    const toolCall = { toolCallId: `call-${turn}`, toolName, input: '{"order":"7"}' };
    return { toolCall, finishReason: 'tool-calls' as const };
  };
  return {
    specificationVersion: 'v2' as const,
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: async () => {
      const { text = '', toolCall, finishReason } = next();
      const content =
        toolCall === undefined
          ? [{ type: 'text' as const, text }]
          : [{ type: 'tool-call' as const, ...toolCall }];
      return { content, finishReason, usage, warnings: [] };
    },
    doStream: async () => {
      const { text = '', toolCall, finishReason } = next();
      const content =
        toolCall === undefined
          ? [
              { type: 'text-start' as const, id: 't' },
              { type: 'text-delta' as const, id: 't', delta: text },
              { type: 'text-end' as const, id: 't' },
            ]
          : [{ type: 'tool-call' as const, ...toolCall }];
      const start = { type: 'stream-start' as const, warnings: [] };
      const finish = { type: 'finish' as const, finishReason, usage };
      return { stream: ReadableStream.from([start, ...content, finish]) };
    },
  };
}

function setting(calls: readonly string[]) {
  const memo = toolMemo({
    mode: 'on',
    tenants: 'single',
    tools: { status: { ttlMs: 60_000, writtenBy: ['cancel'] } },
  });
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [memo],
  });
  onTestFinished(() => runtime.close());
  const runs: string[] = [];
  let state = 'sent';
  const inputSchema = z.object({ order: z.string() });
  const status = createTool({
    id: 'status',
    description: 'state of an order',
    inputSchema,
    execute: async ({ order }) => {
      runs.push('status');
      if (state === 'lost') throw new Error('no such order');
      return { order, state, parcels: [1, 2] };
    },
  });
  const cancel = createTool({
    id: 'cancel',
    description: 'cancels an order',
    inputSchema,
    execute: async () => {
      runs.push('cancel');
      state = 'cancelled';
      return 'done';
    },
  });
  const clerk = new Agent({
    id: 'clerk',
    name: 'Clerk',
    instructions: 'CLERK',
    model: scriptedModel(calls),
    tools: { status, cancel },
  });
  attach(new Mastra({ agents: { clerk }, logger: false }), runtime);
  return { clerk, runs, memo, lose: () => (state = 'lost') };
}

const sent = { order: '7', state: 'sent', parcels: [1, 2] };

it.each(['generate', 'stream'] as const)(
  'serves a repeated call as the object that it would have been: %s',
  async (how) => {
    const { clerk, runs, memo } = setting(['status', 'status']);
    const output = how === 'generate' ? await clerk.generate('go') : await clerk.stream('go');
    const results = (await output.steps).flatMap(({ toolResults }) => toolResults);
    expect(results.map(({ payload }) => payload.result)).toEqual([sent, sent]);
    expect(runs).toEqual(['status']);
    expect(memo.figures()).toMatchObject({ served: 1, missed: 1, stored: 1 });
  },
);

it('reads anew after a declared write', async () => {
  const { clerk, runs } = setting(['status', 'cancel', 'status']);
  await clerk.generate('go');
  expect(runs).toEqual(['status', 'cancel', 'status']);
});

it('keeps nothing of a tool that failed, and the next call runs it', async () => {
  const { clerk, runs, memo, lose } = setting(['status', 'status']);
  lose();
  await clerk.generate('go');
  expect(runs).toEqual(['status', 'status']);
  expect(memo.figures()).toMatchObject({ served: 0, missed: 2, stored: 0 });
});
