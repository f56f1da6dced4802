import { attach } from '@entresol/langgraph-adapter';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';

const shaping = batchShaping({ mode: 'on' });
const runtime = createRuntime({
  // An engine that computes nothing: put the driver of yours here.
  engines: new FakeDriver(),
  queue: { concurrency: 4, maxOvertaken: 2, maxOvertakenMs: 10_000 },
  policies: [shaping],
});
const { baseURL, apiKey, fetch } = runtime.client();
const model = new ChatOpenAI({ model: 'any', apiKey, configuration: { baseURL, fetch } });

const contract = 'The supplier delivers on the first working day of each month. '.repeat(20);
const State = Annotation.Root({
  questions: Annotation<string[]>,
  answers: Annotation<string[]>({ reducer: (left, right) => [...left, ...right] }),
});
const app = new StateGraph(State)
  .addNode('lawyer', async ({ questions }) => {
    const prompt = [
      { role: 'system', content: contract },
      ...questions.map((content) => ({ role: 'user', content })),
    ];
    // Streamed, so that the others hear of the first token.
    let answer = '';
    for await (const { text } of await model.stream(prompt)) answer += text;
    return { answers: [answer] };
  })
  .addConditionalEdges(
    START,
    ({ questions }) =>
      questions.map((one) => new Send('lawyer', { questions: [one], answers: [] })),
    ['lawyer'],
  )
  .addEdge('lawyer', END)
  .compile();
attach(app, runtime);

await app.invoke({ questions: ['Who delivers?', 'When?', 'Where to?', 'At what price?'] });
const { held = 0, found = 0 } = shaping.figures().leader ?? {};
console.log(`${held} waited for a leader, ${found} found its prompt`);
await runtime.close();
