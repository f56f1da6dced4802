import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { attach } from '@entresol/mastra-adapter';
import type { Runtime } from '@entresol/runtime-core';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { prefixLayout } from '../../src/prefix-layout/index.ts';
import { expectStablePrefix } from '../../src/prefix-layout/testing.ts';

process.env['MASTRA_TELEMETRY_DISABLED'] = '1';

const toolNamed = (id: string) =>
  createTool({
    id,
    description: `the tool ${id}`,
    inputSchema: z.object({ order: z.string() }),
    execute: async () => 'sent',
  });
const tools = { status: toolNamed('status'), refund: toolNamed('refund') };

/** Mastra's type of a model allows no `undefined` where the provider's does. */
function mastraModel(model: object): Extract<MastraModelConfig, { doStream: unknown }> {
  if (!isModel(model)) throw new TypeError('a model has doStream()');
  return model;
}

function isModel(model: object): model is Extract<MastraModelConfig, { doStream: unknown }> {
  return 'doStream' in model;
}

/** A clerk who is told which visit it is. */
function clerkOf(instructions: (visit: number) => string) {
  let visit = 0;
  return (runtime: Runtime): ((input: string) => Promise<unknown>) => {
    const { baseURL, apiKey, fetch } = runtime.client();
    const provider = createOpenAICompatible({ name: 'test', baseURL, apiKey, fetch });
    const clerk = new Agent({
      id: 'clerk',
      name: 'Clerk',
      instructions: () => instructions((visit += 1)),
      model: mastraModel(provider.chatModel('m')),
      tools,
    });
    attach(new Mastra({ agents: { clerk }, logger: false }), runtime);
    return (input) => clerk.generate(input);
  };
}

it('accepts an agent that is always told the same', async () => {
  await expect(
    expectStablePrefix(
      clerkOf(() => 'CLERK'),
      ['a', 'b'],
    ),
  ).resolves.toMatchObject({
    clerk: { calls: 4 },
  });
});

const told = (visit: number): string => `CLERK. Visit ${visit}. Be brief.`;

it('fails on an id in the instructions, and not with leave to move it', async () => {
  await expect(expectStablePrefix(clerkOf(told), ['a', 'b'])).rejects.toMatchObject({
    value: { agent: 'clerk', call: 2, atByte: 13, looksLike: 'number' },
  });
  const policies = [prefixLayout({ mode: 'on', volatile: [/Visit \d+\. /u] })];
  await expect(expectStablePrefix(clerkOf(told), ['a', 'b'], { policies })).resolves.toMatchObject({
    clerk: { calls: 4 },
  });
});
