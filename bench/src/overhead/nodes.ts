import { attach } from '@entresol/langgraph-adapter';
import { agentRuntimeMiddleware } from '@entresol/langgraph-adapter/middleware';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { figureOf, printFigure, verdict } from './figures.ts';
import type { Figure } from './figures.ts';
import { ForgetfulHost } from './forgetful-host.ts';

const nodes = 20;
const rounds = 12;
const runsPerRound = 20;
const mostUs = 150;

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

/** Hears everything and does nothing: what LangChain itself charges for an awaited handler. */
class EmptyHandler extends BaseCallbackHandler {
  readonly name = 'empty';
  constructor() {
    super({ _awaitHandler: true });
  }
}

const reply = {
  id: 'r',
  object: 'chat.completion',
  created: 1,
  model: 'none',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
  usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
};
const client = {
  baseURL: 'http://model.invalid/v1',
  apiKey: 'none',
  fetch: (): Promise<Response> => Promise.resolve(Response.json(reply)),
};

/** An agent of one node, whose model answers at once. */
function agentOf(middleware: readonly AgentMiddleware[]) {
  const { baseURL, apiKey, fetch } = client;
  const model = new ChatOpenAI({ model: 'none', apiKey, configuration: { baseURL, fetch } });
  return createAgent({ model, tools: [], name: 'clerk', middleware: [...middleware] });
}

interface Variant {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  readonly figures: Figure[];
}

function variant(name: string, run: () => Promise<unknown>): Variant {
  return { name, run, figures: [] };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Both ways in: `attach` on a chain of nodes and on an agent, and the agent's middleware. */
export async function benchNodes(): Promise<void> {
  console.log(`\nadapter per node, a chain of ${nodes} nodes without a model`);
  const heard = chain();
  heard.config = { callbacks: [new EmptyHandler()] };
  const attached = chain();
  const attachment = attach(attached, new ForgetfulHost());
  const variants = [
    variant('the bare app', runOf(chain())),
    variant('with an empty handler', runOf(heard)),
    variant('attached', runOf(attached)),
  ];
  await compare(variants, nodes);
  attachment.detach();

  console.log('\nadapter per node, an agent of one node with a model of no time');
  const attachedAgent = agentOf([]);
  const ofAgent = attach(attachedAgent, new ForgetfulHost());
  const runtime = Object.assign(new ForgetfulHost(), { client: () => client });
  const messages = [{ role: 'user', content: 'Where is order 7?' }];
  const bare = agentOf([]);
  const middled = agentOf([agentRuntimeMiddleware({ runtime })]);
  await compare(
    [
      variant('the bare app', () => bare.invoke({ messages })),
      variant('attached', () => attachedAgent.invoke({ messages })),
      variant('with agentRuntimeMiddleware', () => middled.invoke({ messages })),
    ],
    1,
  );
  ofAgent.detach();
}

function runOf(app: ReturnType<typeof chain>): () => Promise<unknown> {
  return () => app.invoke({ count: 0 }, { recursionLimit: nodes + 5 });
}

/** All in turns, in one process, so that they see the same machine; each round begins with another one. */
async function compare(variants: readonly Variant[], nodesPerRun: number): Promise<void> {
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % variants.length;
    for (const { run, figures } of [...variants.slice(first), ...variants.slice(0, first)]) {
      const figure = await figureOf(run, { samples: runsPerRound });
      // The first round warms up.
      if (round > 0) figures.push(perNode(figure, nodesPerRun));
    }
  }
  const base = median(variants[0]?.figures.map(({ medianUs }) => medianUs) ?? []);
  for (const { name, figures } of variants) {
    const medianUs = median(figures.map((figure) => figure.medianUs));
    const added = medianUs - base;
    const ours = name !== 'the bare app' && name !== 'with an empty handler';
    const said = ours ? `, ${verdict(added, mostUs, 'µs added')}` : '';
    const figure = {
      meanUs: median(figures.map((each) => each.meanUs)),
      medianUs,
      p99Us: median(figures.map((each) => each.p99Us)),
      samples: rounds * runsPerRound,
    };
    printFigure(name, figure, added === 0 ? '' : `adds ${added.toFixed(1)} µs${said}`);
  }
}

function perNode({ meanUs, medianUs, p99Us, samples }: Figure, count: number): Figure {
  return { meanUs: meanUs / count, medianUs: medianUs / count, p99Us: p99Us / count, samples };
}
