// Two agents on a real llama.cpp in this process: no server, no key, no GPU. The weights are random, so the text is
// noise; the prompts, the prefill, the decoding and the KV cache are real.
import type { UsageMetadata } from '@langchain/core/messages';
import { END, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { cacheSage } from '@entresol/cachesage';
import { embedded } from '@entresol/engines/embedded';
import { attach } from '@entresol/langgraph-adapter';
import { createRuntime } from '@entresol/runtime-core';

const runtime = createRuntime({ engines: embedded({ slots: 2 }), policies: [cacheSage()] });
const model = new ChatOpenAI({ model: 'any', configuration: runtime.client(), maxTokens: 12 });

const tell = (usage?: UsageMetadata) =>
  console.log(
    `prompt ${usage?.input_tokens} tokens, ${usage?.input_token_details?.cache_read} from the cache`,
  );
const agent = (role: string) => async (state: typeof MessagesAnnotation.State) => {
  const reply = await model.invoke([{ role: 'system', content: role }, ...state.messages]);
  tell(reply.usage_metadata);
  return { messages: [reply] };
};
const app = new StateGraph(MessagesAnnotation)
  .addNode('writer', agent('You write one clear sentence that answers the question. '.repeat(20)))
  .addNode('editor', agent('You shorten the last sentence and keep its meaning. '.repeat(20)))
  .addEdge(START, 'writer')
  .addEdge('writer', 'editor')
  .addEdge('editor', END)
  .compile({ checkpointer: new MemorySaver() });

const attachment = attach(app, runtime, { id: 'quickstart' });
for (const question of ['Why is the sky blue?', 'And why is it red in the evening?']) {
  await app.invoke(
    { messages: [{ role: 'user', content: question }] },
    { configurable: { thread_id: 'thread-1' } },
  );
}
console.log(
  'declared:',
  attachment.topology().edges.map(({ from, to }) => `${from} → ${to}`),
);
await runtime.close();
