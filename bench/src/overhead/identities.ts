import { attach } from '@entresol/langgraph-adapter';
import type { RequestBody } from '@entresol/runtime-core';
import { HumanMessage } from '@langchain/core/messages';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { figureOf, printFigure } from './figures.ts';
import { ForgetfulHost } from './forgetful-host.ts';

const State = Annotation.Root({ count: Annotation<number>() });
const prompt = 'You answer questions about orders. '.repeat(60);
const text = (index: number): string => `${prompt} Order ${index}?`;

/** Holds `pending` model calls open, asks whose a request is, and lets them go. */
async function benchIdentity(pending: number): Promise<void> {
  const host = new ForgetfulHost();
  const released = Promise.withResolvers<void>();
  const allSent = Promise.withResolvers<void>();
  let sent = 0;
  const model = new ChatOpenAI({
    model: 'none',
    apiKey: 'none',
    maxRetries: 0,
    configuration: {
      baseURL: 'http://model.invalid/v1',
      fetch: async () => {
        sent += 1;
        if (sent === pending) allSent.resolve();
        await released.promise;
        const message = { role: 'assistant', content: 'ok' };
        const choices = [{ index: 0, finish_reason: 'stop', message }];
        const head = { id: 'r', object: 'chat.completion', created: 1, model: 'none' };
        return Response.json({ ...head, choices });
      },
    },
  });
  const app = new StateGraph(State)
    .addNode('ask', async () => {
      const asked = Array.from({ length: pending }, async (_, index) =>
        model.invoke([new HumanMessage(text(index))]),
      );
      await Promise.all(asked);
      return {};
    })
    .addEdge(START, 'ask')
    .compile();
  const attachment = attach(app, host);
  const run = app.invoke({ count: 0 });
  await allSent.promise;
  const [link] = host.links;
  const bodies: RequestBody[] = Array.from({ length: pending }, (_, index) => ({
    model: 'none',
    messages: [{ role: 'user', content: text(index) }],
  }));
  let asked = 0;
  let missed = 0;
  const figure = await figureOf(() => {
    const body = bodies[asked++ % pending];
    if (body === undefined || link?.identify(body) === undefined) missed += 1;
  });
  released.resolve();
  await run;
  attachment.detach();
  printFigure(`${String(pending).padStart(2)} calls pending`, figure, `${missed} missed`);
}

/** Whose request is it? Matched by the prompt's fingerprint among the calls that are pending. */
export async function benchIdentities(): Promise<void> {
  console.log(`\nwhose request, prompt of ${prompt.length} characters`);
  await benchIdentity(1);
  await benchIdentity(50);
}
