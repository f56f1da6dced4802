import { START } from '@langchain/langgraph';
import type { StreamMode } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

function pair(stage: Stage) {
  const model = stage.model();
  const app = messageGraph()
    .addNode('a', ask(model, 'a'))
    .addNode('b', ask(model, 'b'))
    .addEdge(START, 'a')
    .addEdge('a', 'b')
    .compile();
  return stage.show(app);
}

async function all(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const pairSeen = { dispatches: ['a', 'b <- a'], calls: ['a: a', 'b: b <- a'] };
const modes: StreamMode[] = ['values', 'updates', 'messages', 'tasks', 'debug', 'custom'];

export const streams: readonly Shape[] = [
  {
    name: '`stream`, all modes at once',
    run: async (stage) =>
      all(await pair(stage).stream(noMessages, { ...onThread(), streamMode: modes })),
    ...pairSeen,
  },
  {
    name: '`streamEvents` v2 of the graph',
    run: async (stage) =>
      all(pair(stage).streamEvents(noMessages, { ...onThread(), version: 'v2' })),
    ...pairSeen,
  },
  {
    name: '`streamEvents` v3 of the graph',
    run: async (stage) =>
      all(await pair(stage).streamEvents(noMessages, { ...onThread(), version: 'v3' })),
    ...pairSeen,
  },
  {
    name: 'a model’s `stream` inside a node',
    run: async (stage) => {
      stage.script = () => ({ text: 'one two three' });
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', async () => ({
          messages: [(await all(await model.stream('a'))).length].map(String),
        }))
        .addEdge(START, 'a')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a'],
    calls: ['a: a'],
  },
  {
    name: 'a model’s `streamEvents` inside a node',
    run: async (stage) => {
      let asked = 0;
      stage.script = (_body, prompt) => {
        asked += 1;
        return asked === 1 ? { status: 500 } : { text: `re ${prompt}` };
      };
      const model = stage.model({ maxRetries: 1 });
      const app = messageGraph()
        .addNode('a', async () => ({
          messages: [(await all(model.streamEvents('native', {}))).length].map(String),
        }))
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'b <- a'],
    calls: ['native: a x1,2', 'b: b <- native'],
    note: 'LangChain announces no such run: the async context says whose it is.',
  },
  {
    name: '`batch`',
    run: async (stage) =>
      pair(stage).batch([noMessages, noMessages], [onThread('T'), onThread('U')]),
    dispatches: ['a', 'a#2', 'b <- a', 'b#2 <- a#2'],
    calls: ['a: a', 'a: a @U', 'b: b <- a', 'b: b @U <- a'],
    sessions: ['start T', 'start U', 'pause T', 'pause U'],
  },
];
