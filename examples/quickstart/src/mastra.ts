// The same two agents in Mastra, as the steps of a workflow.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import { cacheSage } from '@entresol/cachesage';
import { embedded } from '@entresol/engines/embedded';
import { attach } from '@entresol/mastra-adapter';
import { createRuntime } from '@entresol/runtime-core';

const runtime = createRuntime({ engines: embedded({ slots: 2 }), policies: [cacheSage()] });
const provider = createOpenAICompatible({ name: 'any', includeUsage: true, ...runtime.client() });

const agent = (id: string, role: string) =>
  new Agent({ id, name: id, instructions: role.repeat(20), model: provider.chatModel('any') });
const writer = agent('writer', 'You write one clear sentence that answers the question. ');
const editor = agent('editor', 'You shorten the last sentence and keep its meaning. ');

const step = (does: Agent) =>
  createStep(does, {
    modelSettings: { maxOutputTokens: 12 },
    onFinish: ({ usage }) => {
      if (!('inputTokens' in usage)) return;
      console.log(`prompt ${usage.inputTokens} tokens, ${usage.cachedInputTokens} from the cache`);
    },
  });
const answer = createWorkflow({
  id: 'answer',
  inputSchema: z.object({ prompt: z.string() }),
  outputSchema: z.object({ text: z.string() }),
})
  .then(step(writer))
  .map(async ({ inputData }) => ({ prompt: inputData.text }))
  .then(step(editor))
  .commit();
const mastra = new Mastra({ agents: { writer, editor }, workflows: { answer } });

const attachment = attach(mastra, runtime, { id: 'quickstart' });
for (const prompt of ['Why is the sky blue?', 'And why is it red in the evening?']) {
  const run = await mastra.getWorkflow('answer').createRun();
  await run.start({ inputData: { prompt } });
}
console.log(
  'declared:',
  attachment.topology().edges.map(({ from, to }) => `${from} → ${to}`),
);
await runtime.close();
