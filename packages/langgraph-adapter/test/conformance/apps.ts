import type { AppName, BuildOptions, BuiltApp, RunInput } from '@entresol/conformance';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import {
  Command,
  END,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
  interrupt,
} from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';
import { runGraph } from './run-graph.ts';
import type { RunnableGraph } from './run-graph.ts';

type State = typeof MessagesAnnotation.State;

/** What the agents before it have said last. */
const lastText = ({ messages }: State): string => messages.at(-1)?.text ?? '';

/** A node that asks the model in a role. */
const ask = (model: ChatOpenAI, role: string) => async (state: State) => {
  const said = await model.invoke([
    new SystemMessage(`You are ${role}.`),
    new HumanMessage(lastText(state)),
  ]);
  return { messages: [said] };
};

const graph = () => new StateGraph(MessagesAnnotation);

type Kept = { readonly checkpointer?: MemorySaver };

function sequence(model: ChatOpenAI) {
  return graph()
    .addNode('first', ask(model, 'first'))
    .addNode('second', ask(model, 'second'))
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .addEdge('second', END)
    .compile();
}

function quiet(model: ChatOpenAI, kept: Kept) {
  return graph()
    .addNode('first', ask(model, 'first'))
    .addNode('between', () => ({}))
    .addNode('second', ask(model, 'second'))
    .addEdge(START, 'first')
    .addEdge('first', 'between')
    .addEdge('between', 'second')
    .addEdge('second', END)
    .compile(kept);
}

function parallel(model: ChatOpenAI) {
  return graph()
    .addNode('left', ask(model, 'left'))
    .addNode('right', ask(model, 'right'))
    .addNode('writer', ask(model, 'writer'))
    .addEdge(START, 'left')
    .addEdge(START, 'right')
    .addEdge(['left', 'right'], 'writer')
    .addEdge('writer', END)
    .compile();
}

function loop(model: ChatOpenAI) {
  return graph()
    .addNode('drafter', ask(model, 'drafter'))
    .addEdge(START, 'drafter')
    .addConditionalEdges(
      'drafter',
      (state) => (lastText(state).startsWith('final') ? END : 'drafter'),
      ['drafter', END],
    )
    .compile();
}

const lookup = () =>
  tool(({ term }) => `${term} means y`, {
    name: 'lookup',
    description: 'Looks a term up.',
    schema: z.object({ term: z.string() }),
  });

function toolUser(model: ChatOpenAI, kept: Kept) {
  return createAgent({ model, tools: [lookup()], systemPrompt: 'You are solo.', ...kept });
}

/** The worker is a graph of its own that a tool runs. */
function delegation(model: ChatOpenAI) {
  const team = graph()
    .addNode('worker', ask(model, 'worker'))
    .addEdge(START, 'worker')
    .addEdge('worker', END)
    .compile();
  const askWorker = tool(
    async ({ prompt }) => {
      const { messages } = await team.invoke({ messages: [new HumanMessage(prompt)] });
      return messages.at(-1)?.text ?? '';
    },
    {
      name: 'ask_worker',
      description: 'Asks the worker.',
      schema: z.object({ prompt: z.string() }),
    },
  );
  return createAgent({ model, tools: [askWorker], systemPrompt: 'You are lead.' });
}

function suspend(model: ChatOpenAI) {
  return graph()
    .addNode('asker', ask(model, 'asker'))
    .addNode('gate', async () => {
      const reply: unknown = interrupt('may I?');
      return { messages: [new HumanMessage(String(reply))] };
    })
    .addNode('finisher', ask(model, 'finisher'))
    .addEdge(START, 'asker')
    .addEdge('asker', 'gate')
    .addEdge('gate', 'finisher')
    .addEdge('finisher', END)
    .compile({ checkpointer: new MemorySaver() });
}

const apps = { sequence, quiet, parallel, loop, tool: toolUser, delegation, suspend };

export function buildApp(name: AppName, { client, retries, resumable }: BuildOptions): BuiltApp {
  const model = new ChatOpenAI({
    model: 'scripted',
    apiKey: 'none',
    maxRetries: retries,
    configuration: { baseURL: client.baseURL, fetch: client.fetch },
  });
  const app: RunnableGraph & object = apps[name](
    model,
    resumable ? { checkpointer: new MemorySaver() } : {},
  );
  const inner = 'graph' in app && app.graph instanceof Object ? [app.graph] : [];
  return {
    app,
    parts: [app, model, ...inner],
    run: (input: RunInput) =>
      runGraph(
        app,
        input.resume === true
          ? new Command({ resume: input.answer ?? `${input.prompt} yes` })
          : { messages: [new HumanMessage(input.prompt)] },
        input,
      ),
  };
}
