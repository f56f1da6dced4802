import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createRuntime } from '@entresol/runtime-core';
import type {
  EventOf,
  Policy,
  RequestBody,
  RuntimeEvent,
  RuntimeEventType,
  RuntimeOptions,
} from '@entresol/runtime-core';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { startServer, WireDriver } from './wire-engine.ts';
import type { ScriptedReply } from './wire-engine.ts';

process.env['MASTRA_TELEMETRY_DISABLED'] = '1';

/** Mastra's type of a model allows no `undefined` where the provider's does. */
export function mastraModel(model: object): MastraModelConfig {
  if (!isModel(model)) throw new TypeError('no model');
  return model;
}

function isModel(model: object): model is Extract<MastraModelConfig, { doStream: unknown }> {
  return 'doStream' in model;
}

type Messages = readonly { readonly role: string; readonly content?: unknown }[];

function messagesOf({ messages }: RequestBody): Messages {
  return Array.isArray(messages) ? messages : [];
}

export function systemOf(body: RequestBody): string {
  const content = messagesOf(body)[0]?.content;
  return typeof content === 'string' ? content : '';
}

/** The supervisor asks the worker, the worker uses its tool, and each then answers; all others answer at once. */
export function scriptedReply(body: RequestBody): ScriptedReply {
  const system = systemOf(body);
  const text = `${system.split(' ')[0]} is done`;
  if (messagesOf(body).some(({ role }) => role === 'tool')) return { text };
  if (system.startsWith('SUPERVISOR')) {
    return { tools: [{ name: 'agent-worker', args: { prompt: 'work' } }] };
  }
  if (system.startsWith('WORKER')) return { tools: [{ name: 'lookup', args: { term: 'a' } }] };
  return { text };
}

/** A runtime before a server on the loopback, a model that goes through it, and what the runtime heard. */
export async function stage(
  reply: (body: RequestBody) => ScriptedReply | Promise<ScriptedReply> = scriptedReply,
  policies: readonly Policy[] = [],
  options: Pick<RuntimeOptions, 'tenantOf'> = {},
) {
  const server = await startServer(reply);
  const driver = new WireDriver(server.url);
  const events: RuntimeEvent[] = [];
  const runtime = createRuntime({
    engines: driver,
    policies,
    ...options,
    recorder: (record) => {
      if (record.kind === 'event') events.push(record.event);
    },
  });
  onTestFinished(async () => {
    await runtime.close();
    await server.close();
  });
  await runtime.ready;
  const provider = createOpenAICompatible({
    name: 'local',
    includeUsage: true,
    ...runtime.client(),
  });
  const of = <T extends RuntimeEventType>(type: T): readonly EventOf<T>[] =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const marks = () => server.requests.map((request) => driver.markOf(request));
  return { server, driver, runtime, model: mastraModel(provider('test')), events, of, marks };
}

export function supervisorApp(model: MastraModelConfig) {
  let lookups = 0;
  const lookup = createTool({
    id: 'lookup',
    description: 'Looks a term up.',
    inputSchema: z.object({ term: z.string() }),
    execute: async ({ term }) => {
      lookups += 1;
      return { meaning: `${term} means b` };
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
  const supervisor = new Agent({
    id: 'supervisor',
    name: 'Supervisor',
    instructions: 'SUPERVISOR of the team',
    model,
    agents: { worker },
  });
  const mastra = new Mastra({ agents: { supervisor, worker }, logger: false });
  return { mastra, supervisor, worker, lookups: () => lookups };
}

/** Two analysts side by side, then a writer. */
export function workflowApp(model: MastraModelConfig) {
  const agent = (id: string) =>
    new Agent({ id, name: id, instructions: `${id} of the desk`, model });
  const left = agent('left');
  const right = agent('right');
  const writer = agent('writer');
  const desk = createWorkflow({
    id: 'desk',
    inputSchema: z.object({ prompt: z.string() }),
    outputSchema: z.object({ text: z.string() }),
  })
    .parallel([createStep(left), createStep(right)])
    .map(async ({ inputData }) => ({ prompt: JSON.stringify(inputData) }))
    .then(createStep(writer))
    .commit();
  const mastra = new Mastra({
    agents: { left, right, writer },
    workflows: { desk },
    logger: false,
  });
  return { mastra, desk, writer };
}
