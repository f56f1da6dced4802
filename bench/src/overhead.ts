import { attach } from '@entresol/langgraph-adapter';
import type { LangGraphAttachment } from '@entresol/langgraph-adapter';
import { createIds, systemClock } from '@entresol/runtime-core';
import type { AdapterHost, FrameworkLink, RequestBody } from '@entresol/runtime-core';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { HumanMessage } from '@langchain/core/messages';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { machineLine } from './machine.ts';

const nodes = 20;
const rounds = 30;
const runsPerRound = 10;
const identifyRounds = 30;
const identifiesPerRound = 200;

/** A runtime that forgets everything: what is left is the adapter's own cost. */
class ForgetfulHost implements AdapterHost {
  readonly clock = systemClock;
  readonly ids = createIds();
  readonly links = new Set<FrameworkLink>();
  events = 0;

  observe(): void {
    this.events += 1;
  }

  link(framework: FrameworkLink): () => void {
    this.links.add(framework);
    return () => {
      this.links.delete(framework);
    };
  }

  claimWorkload(): void {
    this.events += 1;
  }
}

const State = Annotation.Root({ count: Annotation<number>() });

function chain() {
  const names = Array.from({ length: nodes }, (_, index) => `n${index}`);
  const graph = new StateGraph(State).addNode(
    names.map((name): [string, (state: { count: number }) => { count: number }] => [
      name,
      ({ count }) => ({ count: count + 1 }),
    ]),
  );
  for (const [index, name] of names.entries()) graph.addEdge(names[index - 1] ?? START, name);
  return graph.compile();
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

function figures(samples: readonly number[]): { readonly median: number; readonly text: string } {
  const sorted = samples.toSorted((left, right) => left - right);
  const median = quantile(sorted, 0.5);
  const low = quantile(sorted, 0.1).toFixed(2);
  const high = quantile(sorted, 0.9).toFixed(2);
  return { median, text: `median ${median.toFixed(2)} µs (p10 ${low}, p90 ${high})` };
}

/** Mean time of one run in µs. */
async function timeRuns(app: ReturnType<typeof chain>): Promise<number> {
  const from = performance.now();
  for (let run = 0; run < runsPerRound; run += 1) {
    await app.invoke({ count: 0 }, { recursionLimit: nodes + 5 });
  }
  return ((performance.now() - from) * 1000) / runsPerRound;
}

/** Hears everything and does nothing: what LangChain itself charges for an awaited handler. */
class EmptyHandler extends BaseCallbackHandler {
  readonly name = 'empty';
  constructor() {
    super({ _awaitHandler: true });
  }
}

/** All variants in turns, in one process, so that they see the same machine; each round begins with another one. */
async function compareNodes(): Promise<void> {
  const heard = chain();
  heard.config = { callbacks: [new EmptyHandler()] };
  const attached = chain();
  const attachment = attach(attached, new ForgetfulHost());
  const variants = [
    { name: 'plain', app: chain(), times: new Array<number>() },
    { name: 'empty handler', app: heard, times: new Array<number>() },
    { name: 'attached', app: attached, times: new Array<number>() },
  ];
  for (const { app } of variants) await timeRuns(app);
  for (let round = 0; round < rounds; round += 1) {
    const first = round % variants.length;
    for (const { app, times } of [...variants.slice(first), ...variants.slice(0, first)]) {
      times.push((await timeRuns(app)) / nodes);
    }
  }
  attachment.detach();
  console.log(
    `\nper node, chain of ${nodes} nodes without a model, ${rounds} x ${runsPerRound} runs`,
  );
  const base = figures(variants[0]?.times ?? []).median;
  for (const { name, times } of variants) {
    const { median, text: line } = figures(times);
    const added = (median - base).toFixed(2);
    console.log(
      `  ${name.padEnd(14)} ${line}, added ${added} µs, ratio ${(median / base).toFixed(3)}`,
    );
  }
}

const prompt = 'You answer questions about orders. '.repeat(60);

const text = (index: number): string => `${prompt} Order ${index}?`;

/** Holds `pending` model calls open, asks whose a request is, and lets them go. */
async function timeIdentify(pending: number): Promise<void> {
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
        return Response.json({
          id: 'r',
          object: 'chat.completion',
          created: 1,
          model: 'none',
          choices,
        });
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
  const attachment: LangGraphAttachment = attach(app, host);
  const run = app.invoke({ count: 0 });
  await allSent.promise;
  const [link] = host.links;
  const bodies: RequestBody[] = Array.from({ length: pending }, (_, index) => ({
    model: 'none',
    messages: [{ role: 'user', content: text(index) }],
  }));
  const times: number[] = [];
  let missed = 0;
  for (let round = 0; round <= identifyRounds; round += 1) {
    const from = performance.now();
    for (let index = 0; index < identifiesPerRound; index += 1) {
      const body = bodies[index % pending];
      if (body === undefined || link?.identify(body) === undefined) missed += 1;
    }
    // The first round warms up.
    if (round > 0) times.push(((performance.now() - from) * 1000) / identifiesPerRound);
  }
  released.resolve();
  await run;
  attachment.detach();
  console.log(`  ${String(pending).padStart(2)} pending  ${figures(times).text}, ${missed} missed`);
}

console.log(machineLine());
await compareNodes();
console.log(
  `\nidentify, prompt of ${prompt.length} characters, ${identifyRounds} x ${identifiesPerRound} requests`,
);
await timeIdentify(1);
await timeIdentify(50);
