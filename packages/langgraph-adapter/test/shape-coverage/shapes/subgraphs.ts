import { END, MemorySaver, START, entrypoint, task } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

function inner(stage: Stage) {
  const model = stage.model();
  let drafts = 0;
  return messageGraph()
    .addNode('draft', async () => {
      drafts += 1;
      return { messages: [await model.invoke(`draft ${drafts}`)] };
    })
    .addNode('review', async () => ({ messages: [await model.invoke(`review ${drafts}`)] }))
    .addEdge(START, 'draft')
    .addEdge('draft', 'review')
    .addEdge('review', END);
}

export const subgraphs: readonly Shape[] = [
  {
    name: 'a graph as a node',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('ask', ask(model, 'ask'))
        .addNode('write', inner(stage).compile())
        .addNode('send', ask(model, 'send'))
        .addEdge(START, 'ask')
        .addEdge('ask', 'write')
        .addEdge('write', 'send')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: [
      'ask',
      'write <- ask',
      'write/draft in write <- ask',
      'write/review in write <- write/draft',
      'send <- write',
    ],
    calls: [
      'ask: ask',
      'draft 1: write/draft <- ask',
      'review 1: write/review <- draft 1',
      'send: send <- review 1',
    ],
  },
  {
    name: 'graphs nested twice',
    run: async (stage) => {
      const model = stage.model();
      const middle = messageGraph()
        .addNode('deep', inner(stage).compile())
        .addNode('mid', ask(model, 'mid'))
        .addEdge(START, 'deep')
        .addEdge('deep', 'mid')
        .compile();
      const app = messageGraph().addNode('outer', middle).addEdge(START, 'outer').compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: [
      'outer',
      'outer/deep in outer',
      'outer/deep/draft in outer/deep',
      'outer/deep/review in outer/deep <- outer/deep/draft',
      'outer/mid in outer <- outer/deep',
    ],
    calls: [
      'draft 1: outer/deep/draft',
      'review 1: outer/deep/review <- draft 1',
      'mid: outer/mid <- review 1',
    ],
  },
  {
    name: 'one graph run twice by one node',
    run: async (stage) => {
      const graph = inner(stage).compile();
      const app = messageGraph()
        .addNode('twice', async () => {
          await graph.invoke(noMessages);
          return graph.invoke(noMessages);
        })
        .addEdge(START, 'twice')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: [
      'twice',
      'twice/draft in twice',
      'twice/review in twice <- twice/draft',
      'twice/draft#2 in twice',
      'twice/review#2 in twice <- twice/draft#2',
    ],
    calls: [
      'draft 1: twice/draft',
      'review 1: twice/review <- draft 1',
      'draft 2: twice/draft <- review 1',
      'review 2: twice/review <- draft 2',
    ],
  },
  {
    name: 'a subgraph with `checkpointer: true`, in two turns',
    run: async (stage) => {
      const app = messageGraph()
        .addNode('sub', inner(stage).compile({ checkpointer: true }))
        .addEdge(START, 'sub')
        .compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(noMessages, onThread());
    },
    dispatches: [
      'sub',
      'sub/draft in sub',
      'sub/review in sub <- sub/draft',
      'sub#2',
      'sub/draft#2 in sub#2',
      'sub/review#2 in sub#2 <- sub/draft#2',
    ],
    calls: [
      'draft 1: sub/draft',
      'review 1: sub/review <- draft 1',
      'draft 2: sub/draft <- review 1',
      'review 2: sub/review <- draft 2',
    ],
    sessions: ['start T', 'pause T', 'pause T'],
  },
  {
    name: '`entrypoint` and `task`, tasks learned from runs',
    run: async (stage) => {
      const model = stage.model();
      const step = task('step', async (text: string) => (await model.invoke(text)).text);
      const app = entrypoint({ name: 'flow' }, async () => {
        await model.invoke('first');
        await step('second');
        return step('third');
      });
      return stage.show(app).invoke('x', onThread());
    },
    dispatches: ['flow', 'flow/step in flow', 'flow/step#2 in flow'],
    calls: ['first: flow', 'second: flow/step <- first', 'third: flow/step <- second'],
  },
  {
    name: 'tasks side by side',
    run: async (stage) => {
      const model = stage.model();
      const step = task('step', async (text: string) => (await model.invoke(text)).text);
      const app = entrypoint({ name: 'flow' }, async () => {
        await model.invoke('plan');
        return Promise.all([step('x'), step('y')]);
      });
      return stage.show(app).invoke('x', onThread());
    },
    dispatches: ['flow', 'flow/step in flow', 'flow/step#2 in flow'],
    calls: ['plan: flow', 'x: flow/step <- plan', 'y: flow/step <- plan'],
  },
];
