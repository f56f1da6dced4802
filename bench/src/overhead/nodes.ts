import { attach } from '@entresol/langgraph-adapter';
import { agentRuntimeMiddleware } from '@entresol/langgraph-adapter/middleware';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { adds, compare, lineThrough, over } from './compared.ts';
import type { Run } from './compared.ts';
import { printFigure, printLine, verdict } from './figures.ts';
import { ForgetfulHost } from './forgetful-host.ts';

/** Of different lengths, so that what a run costs and what each of its nodes costs can be told apart. */
const chainLengths = [1, 4, 16] as const;
const mostUs = 150;

const State = Annotation.Root({ count: Annotation<number>() });

function chain(length: number) {
  const names = Array.from({ length }, (_, index) => `n${index}`);
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

/** The same hooks as ours, and nothing in them: what LangChain itself charges for a middleware. */
function noopMiddleware(): AgentMiddleware {
  return createMiddleware({
    name: 'NoopMiddleware',
    wrapModelCall: async (request, handler) => handler(request),
    wrapToolCall: async (request, handler) => handler(request),
  });
}

/** Both ways in: `attach` on chains of nodes and on an agent, and the agent's middleware. */
export async function benchNodes(): Promise<void> {
  await benchChains();
  await benchAgent();
}

async function benchChains(): Promise<void> {
  const chains = chainLengths.map((length) => {
    const [heard, attached] = [chain(length), chain(length)];
    heard.config = { callbacks: [new EmptyHandler()] };
    const attachment = attach(attached, new ForgetfulHost());
    return { length, attachment, runs: [runOf(chain(length)), runOf(heard), runOf(attached)] };
  });
  const figures = await compare(chains.flatMap(({ runs }) => runs));
  const added: { readonly length: number; readonly heard: number; readonly attached: number }[] =
    [];
  for (const [at, { length, attachment, runs }] of chains.entries()) {
    attachment.detach();
    const [bare, heard, attached] = figures.slice(at * runs.length);
    added.push({ length, heard: over(heard, bare), attached: over(attached, bare) });
    console.log(`\na run of a chain without a model, nodes: ${length}`);
    printFigure('the bare app', bare);
    printFigure('with an empty handler', heard, adds(over(heard, bare)));
    printFigure('attached', attached, adds(over(attached, bare)));
  }
  const handler = lineThrough(added.map(({ length, heard }) => [length, heard]));
  const ours = lineThrough(added.map(({ length, attached }) => [length, attached]));
  console.log(`\nadded to the bare app, fitted over chains of ${chainLengths.join(', ')} nodes`);
  printLine('attached, per node', ours.slope, verdict(ours.slope, mostUs, 'µs'));
  printLine('  of it an empty handler, per node', handler.slope);
  printLine('attached, per run', ours.intercept);
  printLine('  of it an empty handler, per run', handler.intercept);
}

async function benchAgent(): Promise<void> {
  console.log(
    '\na run of an agent of one node with a model of no time: run, node and call together',
  );
  const attached = agentOf([]);
  const attachment = attach(attached, new ForgetfulHost());
  const runtime = Object.assign(new ForgetfulHost(), { client: () => client });
  const messages = [{ role: 'user', content: 'Where is order 7?' }];
  const apps = {
    bare: agentOf([]),
    noop: agentOf([noopMiddleware()]),
    ours: agentOf([agentRuntimeMiddleware({ runtime })]),
  };
  const [bare, noop, ours, whole] = await compare([
    () => apps.bare.invoke({ messages }),
    () => apps.noop.invoke({ messages }),
    () => apps.ours.invoke({ messages }),
    () => attached.invoke({ messages }),
  ]);
  attachment.detach();
  const overNoop = over(ours, noop);
  const judged = verdict(overNoop, mostUs, 'µs over the no-op one');
  printFigure('the bare app', bare);
  printFigure('no-op middleware', noop, adds(over(noop, bare)));
  printFigure(
    'agentRuntimeMiddleware',
    ours,
    `${adds(over(ours, bare))}, ${overNoop.toFixed(1)} µs over the no-op one, ${judged}`,
  );
  printFigure('attached', whole, adds(over(whole, bare)));
}

function runOf(app: ReturnType<typeof chain>): Run {
  return () => app.invoke({ count: 0 }, { recursionLimit: Math.max(...chainLengths) + 5 });
}
