import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { attach as attachLangGraph } from '@entresol/langgraph-adapter';
import { attach as attachMastra } from '@entresol/mastra-adapter';
import type { Runtime } from '@entresol/runtime-core';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { Annotation, END, MessagesAnnotation, Send, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { Mastra } from '@mastra/core/mastra';
import { RequestContext } from '@mastra/core/request-context';
import { createTool } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';

process.env['MASTRA_TELEMETRY_DISABLED'] = '1';

interface Run {
  readonly session: string;
  readonly tenant?: string;
  readonly prompt?: string;
}

/** Agents with one tool, `status`, which reads an order. */
interface Crew {
  /** Asks one agent, which calls the tool. */
  readonly ask: (agent: string, run: Run) => Promise<unknown>;
  /** Asks as many branches at once, each with the prompt first and then with a part of its own. */
  readonly fanOut: (branches: number, run: Run) => Promise<unknown>;
}

/** What its tool does. */
type Status = () => Promise<string>;
export type OpenCrew = (runtime: Runtime, status: Status) => Crew;

const rolesOf = (agent: string): string => `You are ${agent} and answer in a few words.`;
const description = 'state of an order';

const configOf = ({ session, tenant }: Run) => ({
  configurable: { thread_id: session },
  metadata: { ...(tenant !== undefined && { tenant }) },
});

/** LangGraph: a graph per agent with a `ToolNode`, and one with `Send`. */
const langGraph: OpenCrew = (runtime, status) => {
  const client = runtime.client();
  const model = new ChatOpenAI({
    model: 'm',
    apiKey: client.apiKey,
    configuration: client,
  });
  const schema = {
    type: 'object',
    properties: { order: { type: 'string' } },
    required: ['order'],
  } as const;
  const lookUp = tool(() => status(), { name: 'status', description, schema });
  const graphOf = (agent: string) => {
    const app = new StateGraph(MessagesAnnotation)
      .addNode(agent, async ({ messages }) => ({
        messages: [
          await model.bindTools([lookUp]).invoke([new SystemMessage(rolesOf(agent)), ...messages]),
        ],
      }))
      .addNode('tools', new ToolNode([lookUp]))
      .addEdge(START, agent)
      .addConditionalEdges(
        agent,
        ({ messages }) => {
          const last = messages.at(-1);
          const calls = last !== undefined && 'tool_calls' in last ? last.tool_calls : [];
          return Array.isArray(calls) && calls.length > 0 ? 'tools' : END;
        },
        ['tools', END],
      )
      .addEdge('tools', agent)
      .compile();
    attachLangGraph(app, runtime, { id: `desk-${agent}` });
    return app;
  };
  const Branches = Annotation.Root({
    branches: Annotation<number>,
    prompt: Annotation<string>,
    answers: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  });
  const fan = new StateGraph(Branches)
    .addNode('branch', async ({ prompt }) => {
      const [shared = '', part = ''] = prompt.split('\n');
      const asked = [
        new SystemMessage(rolesOf('branch')),
        new HumanMessage(shared),
        new HumanMessage(part),
      ];
      let text = '';
      for await (const chunk of await model.stream(asked)) text += chunk.text;
      return { answers: [text] };
    })
    .addConditionalEdges(
      START,
      ({ branches, prompt }) =>
        Array.from(
          { length: branches },
          (_, at) => new Send('branch', { prompt: `${prompt}\nYour part is ${at}.` }),
        ),
      ['branch'],
    )
    .compile();
  attachLangGraph(fan, runtime, { id: 'fan' });
  const graphs = new Map<string, ReturnType<typeof graphOf>>();
  return {
    ask(agent, run) {
      const graph = graphs.get(agent) ?? graphOf(agent);
      graphs.set(agent, graph);
      const messages = [new HumanMessage(run.prompt ?? 'Where is it?')];
      return graph.invoke({ messages }, configOf(run));
    },
    fanOut: (branches, run) =>
      fan.invoke({ branches, prompt: run.prompt ?? 'Look.' }, configOf(run)),
  };
};

/** Mastra's type of a model allows no `undefined` where the provider's does. */
function mastraModel(model: object): Extract<MastraModelConfig, { doStream: unknown }> {
  if (!isModel(model)) throw new TypeError('a model has doStream()');
  return model;
}

function isModel(model: object): model is Extract<MastraModelConfig, { doStream: unknown }> {
  return 'doStream' in model;
}

const most = 6;
const agentNames = ['trusted', 'stranger'] as const;

const contextOf = ({ tenant }: Run): RequestContext => {
  const context = new RequestContext();
  if (tenant !== undefined) context.set('tenant', tenant);
  return context;
};

/** Mastra: agents with a tool, and a workflow with `.parallel`. */
const mastra: OpenCrew = (runtime, status) => {
  const { baseURL, apiKey, fetch } = runtime.client();
  const provider = createOpenAICompatible({
    name: 'test',
    baseURL,
    apiKey,
    fetch,
    includeUsage: true,
  });
  const model = mastraModel(provider.chatModel('m'));
  const lookUp = createTool({
    id: 'status',
    description,
    inputSchema: z.object({ order: z.string() }),
    execute: () => status(),
  });
  const agents = Object.fromEntries(
    agentNames.map((id) => [
      id,
      new Agent({ id, name: id, instructions: rolesOf(id), model, tools: { status: lookUp } }),
    ]),
  );
  const branch = new Agent({
    id: 'branch',
    name: 'branch',
    instructions: rolesOf('branch'),
    model,
  });
  const stepOf = (at: number) =>
    createStep({
      id: `branch-${at}`,
      inputSchema: z.object({ prompt: z.string() }),
      outputSchema: z.object({ text: z.string() }),
      execute: async ({ inputData, requestContext }) => {
        const asked = [inputData.prompt, `Your part is ${at}.`];
        const stream = await branch.stream(asked, { requestContext });
        return { text: await stream.text };
      },
    });
  const fans = Object.fromEntries(
    Array.from({ length: most }, (_, at) => {
      const [first, ...others] = Array.from({ length: at + 1 }, (__, one) => stepOf(one));
      if (first === undefined) throw new RangeError('no branch');
      const workflow = createWorkflow({
        id: `fan-${at + 1}`,
        inputSchema: z.object({ prompt: z.string() }),
        outputSchema: z.any(),
      })
        .parallel([first, ...others])
        .commit();
      return [`fan-${at + 1}`, workflow] as const;
    }),
  );
  attachMastra(
    new Mastra({ agents: { ...agents, branch }, workflows: fans, logger: false }),
    runtime,
  );
  return {
    async ask(agent, run) {
      const one = agents[agent];
      if (one === undefined) throw new RangeError(`there is no agent ${agent}`);
      const output = await one.stream(run.prompt ?? 'Where is it?', {
        requestContext: contextOf(run),
        memory: { thread: run.session, resource: run.session },
      });
      return output.text;
    },
    async fanOut(branches, run) {
      const workflow = fans[`fan-${branches}`];
      if (workflow === undefined) throw new RangeError(`${branches} branches are too many`);
      const one = await workflow.createRun({ runId: run.session });
      const result = await one.start({
        inputData: { prompt: run.prompt ?? 'Look.' },
        requestContext: contextOf(run),
      });
      if (result.status !== 'success') throw new Error(`the workflow ended as ${result.status}`);
      return result.result;
    },
  };
};

export const crews: readonly (readonly [framework: string, open: OpenCrew])[] = [
  ['LangGraph', langGraph],
  ['Mastra', mastra],
];

/** Calls the tool once, then answers. */
export const scriptedReply = (body: Readonly<Record<string, unknown>>) => {
  const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  const text = 'A short answer.';
  const hasTools = Array.isArray(body['tools']) && body['tools'].length > 0;
  if (!hasTools || JSON.stringify(messages.at(-1)).includes('"role":"tool"')) return { text };
  return { text: '', toolCalls: [{ name: 'status', args: { order: '7' } }] };
};
