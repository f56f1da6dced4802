import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { attach } from '@entresol/mastra-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { z } from 'zod';

const runtime = createRuntime({ engines: new FakeDriver() });
const managed = createOpenAICompatible({ name: 'managed', ...runtime.client() });
const global = createOpenAICompatible({ name: 'global', baseURL: 'http://127.0.0.1:9/v1' });
const own = createOpenAICompatible({
  name: 'own',
  baseURL: 'http://127.0.0.1:9/v1',
  fetch: () => Promise.reject(new TypeError('not in a test')),
});
const agent = (id: string, model: Agent['model']) =>
  new Agent({ id, name: id, instructions: `You are ${id}.`, model });

const writer = agent('writer', managed.chatModel('m'));
const editor = agent('editor', managed.chatModel('m'));
const brief = createWorkflow({
  id: 'brief',
  inputSchema: z.object({ prompt: z.string() }),
  outputSchema: z.object({ text: z.string() }),
})
  .then(createStep(writer))
  .map(async ({ inputData }) => ({ prompt: inputData.text }))
  .then(createStep(editor))
  .commit();

/** Everything goes through the runtime. */
export const mastra = new Mastra({ agents: { writer, editor }, workflows: { brief } });
export const past = new Mastra({
  agents: {
    own: agent('own', own.chatModel('m')),
    global: agent('global', global.chatModel('m')),
    router: agent('router', 'openai/gpt-5'),
    chosen: agent('chosen', () => managed.chatModel('m')),
    fallbacks: agent('fallbacks', [
      { model: managed.chatModel('first') },
      { model: global.chatModel('second') },
    ]),
  },
});
export const attached = new Mastra({ agents: { writer: agent('writer', managed.chatModel('m')) } });
attach(attached, runtime);
