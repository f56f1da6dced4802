import { Command, MemorySaver, START, entrypoint, interrupt, task } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import type { Stage } from '../stage.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

/** a → b → c, remembered. */
function chain(stage: Stage) {
  const model = stage.model();
  return messageGraph()
    .addNode('a', ask(model, 'a'))
    .addNode('b', ask(model, 'b'))
    .addNode('c', ask(model, 'c'))
    .addEdge(START, 'a')
    .addEdge('a', 'b')
    .addEdge('b', 'c');
}

const twoRuns = ['start T', 'pause T', 'pause T'];

/** The checkpoint of the thread at which `node` is next. */
async function checkpointBefore(
  app: ReturnType<ReturnType<typeof chain>['compile']>,
  node: string,
) {
  for await (const state of app.getStateHistory(onThread())) {
    if (state.next.includes(node)) return state.config;
  }
  throw new Error(`no checkpoint before ${node}`);
}

export const threads: readonly Shape[] = [
  {
    name: 'two turns of a thread, and another thread',
    run: async (stage) => {
      const model = stage.model();
      let turn = 0;
      const app = messageGraph()
        .addNode('a', async () => {
          turn += 1;
          return { messages: [await model.invoke(`turn ${turn}`)] };
        })
        .addEdge(START, 'a')
        .compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      await app.invoke(noMessages, onThread());
      return app.invoke(noMessages, onThread('U'));
    },
    dispatches: ['a', 'a#2', 'a#3'],
    calls: ['turn 1: a', 'turn 2: a <- turn 1', 'turn 3: a @U'],
    sessions: ['start T', 'pause T', 'pause T', 'start U', 'pause U'],
  },
  {
    name: 'runs without a thread',
    run: async (stage) => {
      const app = stage.show(chain(stage).compile());
      await app.invoke(noMessages);
      return app.invoke(noMessages);
    },
    dispatches: ['a', 'b <- a', 'c <- b', 'a#2', 'b#2 <- a#2', 'c#2 <- b#2'],
    calls: [
      'a: a @run#1',
      'b: b @run#1 <- a',
      'c: c @run#1 <- b',
      'a: a @run#2',
      'b: b @run#2 <- a',
      'c: c @run#2 <- b',
    ],
    sessions: ['start run#1', 'close run#1', 'start run#2', 'close run#2'],
  },
  {
    name: '`interrupt()` and resume',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('gate', async () => {
          const reply: unknown = interrupt('may I?');
          return { messages: [await model.invoke(`said ${String(reply)}`)] };
        })
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'gate')
        .addEdge('gate', 'b')
        .compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      const asked = await app.invoke(noMessages, onThread());
      return [asked, await app.invoke(new Command({ resume: 'yes' }), onThread())];
    },
    dispatches: ['a', 'gate <- a (interrupted)', 'gate#2 <- a', 'b <- gate#2'],
    calls: ['a: a', 'said yes: gate <- a', 'b: b <- said yes'],
    sessions: twoRuns,
  },
  {
    name: '`interrupt()` and resume inside a subgraph',
    run: async (stage) => {
      const model = stage.model();
      const inner = messageGraph()
        .addNode('in', ask(model, 'in'))
        .addNode('gate', async () => {
          const reply: unknown = interrupt('may I?');
          return { messages: [await model.invoke(`said ${String(reply)}`)] };
        })
        .addEdge(START, 'in')
        .addEdge('in', 'gate')
        .compile();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('sub', inner)
        .addEdge(START, 'a')
        .addEdge('a', 'sub')
        .compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(new Command({ resume: 'yes' }), onThread());
    },
    dispatches: [
      'a',
      'sub <- a (interrupted)',
      'sub/in in sub <- a',
      'sub/gate in sub <- sub/in (interrupted)',
      'sub#2 <- a',
      'sub/gate#2 in sub#2 <- sub/in',
    ],
    calls: ['a: a', 'in: sub/in <- a', 'said yes: sub/gate <- in'],
    sessions: twoRuns,
  },
  {
    name: '`interrupt()` beside another node, and resume',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('gate', async () => {
          const reply: unknown = interrupt('may I?');
          return { messages: [await model.invoke(`said ${String(reply)}`)] };
        })
        .addNode('other', ask(model, 'other'))
        .addNode('sum', ask(model, 'sum'))
        .addEdge(START, 'gate')
        .addEdge(START, 'other')
        .addEdge('gate', 'sum')
        .addEdge('other', 'sum')
        .compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(new Command({ resume: 'yes' }), onThread());
    },
    dispatches: ['gate (interrupted)', 'other', 'gate#2', 'sum <- gate#2 + other'],
    calls: ['other: other', 'said yes: gate', 'sum: sum <- said yes'],
    sessions: twoRuns,
  },
  {
    name: '`interrupt()` in an `entrypoint`, and resume',
    run: async (stage) => {
      const model = stage.model();
      const step = task('step', async (text: string) => (await model.invoke(text)).text);
      const app = entrypoint({ name: 'flow', checkpointer: new MemorySaver() }, async () => {
        const plan = await step('plan');
        const reply: unknown = interrupt('may I?');
        return [plan, await step(`said ${String(reply)}`)];
      });
      stage.show(app);
      await app.invoke('x', onThread());
      return app.invoke(new Command({ resume: 'yes' }), onThread());
    },
    dispatches: ['flow (interrupted)', 'flow/step in flow', 'flow#2', 'flow/step#2 in flow#2'],
    calls: ['plan: flow/step', 'said yes: flow/step <- plan'],
    sessions: twoRuns,
  },
  {
    name: '`interruptBefore`, continued',
    run: async (stage) => {
      const app = chain(stage).compile({
        checkpointer: new MemorySaver(),
        interruptBefore: ['b'],
      });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(null, onThread());
    },
    dispatches: ['a', 'b <- a', 'c <- b'],
    calls: ['a: a', 'b: b <- a', 'c: c <- b'],
    sessions: twoRuns,
  },
  {
    name: 'time travel to a `checkpoint_id`',
    run: async (stage) => {
      const app = chain(stage).compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(null, await checkpointBefore(app, 'b'));
    },
    dispatches: ['a', 'b <- a', 'c <- b', 'b#2 <- a', 'c#2 <- b#2'],
    calls: ['a: a', 'b: b <- a', 'c: c <- b', 'b: b <- a', 'c: c <- b'],
    sessions: twoRuns,
  },
  {
    name: 'a fork with `updateState`',
    run: async (stage) => {
      const app = chain(stage).compile({ checkpointer: new MemorySaver() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      const fork = await app.updateState(await checkpointBefore(app, 'c'), noMessages, 'a');
      return app.invoke(null, fork);
    },
    dispatches: ['a', 'b <- a', 'c <- b', 'b#2 <- a', 'c#2 <- b#2'],
    calls: ['a: a', 'b: b <- a', 'c: c <- b', 'b: b <- a', 'c: c <- b'],
    sessions: twoRuns,
  },
];
