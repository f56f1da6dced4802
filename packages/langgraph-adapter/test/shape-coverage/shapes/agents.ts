import { HumanMessage } from '@langchain/core/messages';
import { Command, START } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createSupervisor } from '@langchain/langgraph-supervisor';
import { createHandoffTool, createSwarm } from '@langchain/langgraph-swarm';
import { createAgent, createMiddleware, tool } from 'langchain';
import { z } from 'zod';
import type { Script } from '../../scripted-model.ts';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

const go = { messages: [new HumanMessage('go')] };

const clock = () =>
  tool(() => '12:00', { name: 'clock', description: 'time', schema: z.object({}) });

/** Calls the tools named when the prompt is one of these, and says something otherwise. */
const calling =
  (tools: Readonly<Record<string, readonly string[]>>): Script =>
  (_body, prompt) => {
    const names = tools[prompt];
    return names === undefined
      ? { text: `re ${prompt}` }
      : { tools: names.map((name) => ({ name })) };
  };

function helper(stage: Stage) {
  stage.script = calling({ go: ['clock'] });
  return createAgent({
    model: stage.model(),
    tools: [clock()],
    systemPrompt: 'help',
    name: 'helper',
  });
}

const helperSeen = {
  dispatches: ['model_request', 'tools <- model_request', 'model_request#2 <- tools'],
  calls: ['go: model_request', '12:00: model_request <- go'],
};

export const agents: readonly Shape[] = [
  {
    name: '`createAgent`, `invoke`',
    run: async (stage) => stage.show(helper(stage)).invoke(go, onThread()),
    ...helperSeen,
  },
  {
    name: '`createAgent`, `stream`',
    run: async (stage) => {
      const chunks = [];
      const stream = await stage.show(helper(stage)).stream(go, {
        ...onThread(),
        streamMode: ['updates', 'messages'],
      });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    },
    ...helperSeen,
  },
  {
    name: '`createReactAgent`',
    run: async (stage) => {
      stage.script = calling({ go: ['clock'] });
      const agent = createReactAgent({ llm: stage.model(), tools: [clock()], prompt: 'help' });
      return stage.show(agent).invoke(go, onThread());
    },
    dispatches: ['agent', 'tools <- agent', 'agent#2 <- tools'],
    calls: ['go: agent', '12:00: agent <- go'],
  },
  {
    name: 'a model inside a tool',
    run: async (stage) => {
      stage.script = calling({ go: ['ponder'] });
      const model = stage.model();
      const ponder = tool(async () => (await model.invoke('ponder')).text, {
        name: 'ponder',
        description: 'thinks',
        schema: z.object({}),
      });
      const agent = createAgent({ model, tools: [ponder] });
      return stage.show(agent).invoke(go, onThread());
    },
    dispatches: ['model_request', 'tools <- model_request', 'model_request#2 <- tools'],
    calls: ['go: model_request', 'ponder: tools <- go', 're ponder: model_request <- ponder'],
    note: 'The tool node is the agent of what its tools ask.',
  },
  {
    name: '`createSupervisor`',
    run: async (stage) => {
      stage.script = (body, prompt) =>
        prompt === 'go' && JSON.stringify(body).includes('transfer_to_worker')
          ? { tools: [{ name: 'transfer_to_worker' }] }
          : { text: `re ${prompt}` };
      const llm = stage.model();
      const worker = createReactAgent({ llm, tools: [], name: 'worker', prompt: 'work' });
      const app = createSupervisor({ agents: [worker], llm, prompt: 'lead' }).compile();
      return stage.show(app).invoke(go, onThread());
    },
    dispatches: [
      'supervisor (handed-off)',
      'supervisor/agent in supervisor',
      'supervisor/tools in supervisor <- supervisor/agent (handed-off)',
      'worker <- supervisor',
      'worker/agent in worker <- supervisor',
      'supervisor#2 <- worker',
      'supervisor/agent#2 in supervisor#2 <- worker',
    ],
    calls: [
      'go: supervisor/agent',
      'Successfully transferred to worker: worker/agent <- go',
      'Successfully transferred back to supervisor: supervisor/agent <- Successfully transferred to worker',
    ],
  },
  {
    name: '`createSwarm`',
    run: async (stage) => {
      stage.script = calling({ go: ['transfer_to_bob'] });
      const model = stage.model();
      const agent = (name: string, other: string) =>
        createReactAgent({
          llm: model,
          tools: [createHandoffTool({ agentName: other })],
          prompt: `you are ${name}`,
          name,
        });
      const app = createSwarm({
        agents: [agent('alice', 'bob'), agent('bob', 'alice')],
        defaultActiveAgent: 'alice',
      }).compile();
      return stage.show(app).invoke(go, onThread());
    },
    dispatches: [
      'alice (handed-off)',
      'alice/agent in alice',
      'alice/tools in alice <- alice/agent (handed-off)',
      'bob <- alice',
      'bob/agent in bob <- alice',
    ],
    calls: ['go: alice/agent', 'Successfully transferred to bob: bob/agent <- go'],
  },
  {
    name: '`createAgent` with middleware',
    run: async (stage) => {
      const seen: string[] = [];
      const middleware = createMiddleware({
        name: 'Watch',
        beforeModel: () => {
          seen.push('before');
        },
        wrapModelCall: async (request, handler) => {
          seen.push('around');
          return handler(request);
        },
      });
      const agent = createAgent({ model: stage.model(), tools: [], middleware: [middleware] });
      const { messages } = await stage.show(agent).invoke(go, onThread());
      return { messages, seen };
    },
    dispatches: ['Watch.before_model', 'model_request <- Watch.before_model'],
    calls: ['go: model_request'],
  },
  {
    name: 'handoff with `Command.PARENT`',
    run: async (stage) => {
      const model = stage.model();
      const inner = messageGraph()
        .addNode('in', async () => {
          await model.invoke('in');
          return new Command({ goto: 'next', graph: Command.PARENT });
        })
        .addEdge(START, 'in')
        .compile();
      const app = messageGraph()
        .addNode('sub', inner, { ends: ['next'] })
        .addNode('next', ask(model, 'next'))
        .addEdge(START, 'sub')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['sub (handed-off)', 'sub/in in sub (handed-off)', 'next <- sub'],
    calls: ['in: sub/in', 'next: next <- in'],
  },
];
