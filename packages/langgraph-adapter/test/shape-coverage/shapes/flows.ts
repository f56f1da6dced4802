import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import type { AIMessage } from '@langchain/core/messages';
import { InMemoryCache } from '@langchain/langgraph-checkpoint';
import { Annotation, Command, END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import { ask, messageGraph, noMessages, onThread, quiet } from './nodes.ts';

export const flows: readonly Shape[] = [
  {
    name: 'edges, through a node without a call',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('quiet', quiet)
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'quiet')
        .addEdge('quiet', 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'quiet <- a', 'b <- quiet'],
    calls: ['a: a', 'b: b <- a'],
  },
  ...[true, false].map((mapped): Shape => ({
    name: `conditional edges ${mapped ? 'with' : 'without'} a path map`,
    run: async (stage) => {
      const model = stage.model();
      const graph = messageGraph()
        .addNode('triage', ask(model, 'triage'))
        .addNode('bill', ask(model, 'bill'))
        .addNode('tech', ask(model, 'tech'))
        .addEdge(START, 'triage');
      const app = (
        mapped
          ? graph.addConditionalEdges('triage', () => 'tech', ['bill', 'tech'])
          : graph.addConditionalEdges('triage', () => 'tech')
      ).compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['triage', 'tech <- triage'],
    calls: ['triage: triage', 'tech: tech <- triage'],
  })),
  {
    name: 'branches side by side that choose unlike nodes',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('b', ask(model, 'b'))
        .addNode('c', ask(model, 'c'))
        .addNode('d', ask(model, 'd'))
        .addEdge(START, 'a')
        .addEdge(START, 'b')
        .addConditionalEdges('a', () => 'left', { left: 'd', right: 'c' })
        .addConditionalEdges('b', () => 'c')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'b', 'c <- b', 'd <- a'],
    calls: ['a: a', 'b: b', 'c: c <- b', 'd: d <- a'],
  },
  {
    name: 'a conditional edge from `START`',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('b', ask(model, 'b'))
        .addConditionalEdges(START, () => 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['b'],
    calls: ['b: b'],
  },
  ...[true, false].map((declared): Shape => ({
    name: `\`Command\` goto ${declared ? 'with' : 'without'} \`ends\``,
    run: async (stage) => {
      const model = stage.model();
      const boss = async () => {
        await model.invoke('boss');
        return new Command({ goto: 'a' });
      };
      const app = messageGraph()
        .addNode('boss', boss, declared ? { ends: ['a'] } : {})
        .addNode('a', ask(model, 'a'))
        .addNode('start', quiet)
        .addEdge(START, 'start')
        .addConditionalEdges('start', () => 'boss', ['boss', 'a'])
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['start', 'boss <- start', 'a <- boss'],
    calls: ['boss: boss', 'a: a <- boss'],
  })),
  {
    name: '`Command` goto several nodes, by name and by `Send`',
    run: async (stage) => {
      const model = stage.model();
      const boss = async () => {
        await model.invoke('boss');
        return new Command({ goto: ['a', new Send('b', noMessages)] });
      };
      const app = messageGraph()
        .addNode('boss', boss, { ends: ['a', 'b'] })
        .addNode('a', ask(model, 'a'))
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'boss')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['boss', 'b <- boss', 'a <- boss'],
    calls: ['boss: boss', 'a: a <- boss', 'b: b <- boss'],
  },
  {
    name: '`Send` map-reduce',
    run: async (stage) => {
      const model = stage.model();
      const State = Annotation.Root({
        item: Annotation<string>,
        done: Annotation<string[]>({
          reducer: (one, other) => [...one, ...other],
          default: () => [],
        }),
      });
      const app = new StateGraph(State)
        .addNode('plan', async () => {
          await model.invoke('plan');
          return {};
        })
        .addNode('work', async ({ item }: { item: string }) => ({
          done: [(await model.invoke(`do ${item}`)).text],
        }))
        .addNode('sum', async ({ done }) => ({
          done: [(await model.invoke(`sum ${done.length}`)).text],
        }))
        .addEdge(START, 'plan')
        .addConditionalEdges('plan', () => ['x', 'y'].map((item) => new Send('work', { item })), [
          'work',
        ])
        .addEdge('work', 'sum')
        .compile();
      return stage.show(app).invoke({ done: [] }, onThread());
    },
    dispatches: ['plan', 'work <- plan', 'work#2 <- plan', 'sum <- work + work#2'],
    calls: ['plan: plan', 'do x: work <- plan', 'do y: work <- plan', 'sum 2: sum <- do y'],
  },
  {
    name: 'a waiting edge joins branches of unlike length',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a1', ask(model, 'a1'))
        .addNode('b1', ask(model, 'b1'))
        .addNode('a2', ask(model, 'a2'))
        .addNode('b2', ask(model, 'b2'))
        .addNode('b3', ask(model, 'b3'))
        .addNode('sum', ask(model, 'sum'))
        .addEdge(START, 'a1')
        .addEdge(START, 'b1')
        .addEdge('a1', 'a2')
        .addEdge('b1', 'b2')
        .addEdge('b2', 'b3')
        .addEdge(['a2', 'b3'], 'sum')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a1', 'b1', 'a2 <- a1', 'b2 <- b1', 'b3 <- b2', 'sum <- a2 + b3'],
    calls: ['a1: a1', 'b1: b1', 'a2: a2 <- a1', 'b2: b2 <- b1', 'b3: b3 <- b2', 'sum: sum <- b3'],
  },
  {
    name: 'a deferred node',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('short', ask(model, 'short'))
        .addNode('long1', ask(model, 'long1'))
        .addNode('long2', ask(model, 'long2'))
        .addNode('sum', ask(model, 'sum'), { defer: true })
        .addEdge(START, 'short')
        .addEdge(START, 'long1')
        .addEdge('long1', 'long2')
        .addEdge('short', 'sum')
        .addEdge('long2', 'sum')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['long1', 'short', 'long2 <- long1', 'sum <- long2 + short'],
    calls: ['short: short', 'long1: long1', 'long2: long2 <- long1', 'sum: sum <- long2'],
  },
  {
    name: 'a loop',
    run: async (stage) => {
      const model = stage.model();
      let rounds = 0;
      const app = messageGraph()
        .addNode('write', async () => {
          rounds += 1;
          return { messages: [await model.invoke(`write ${rounds}`)] };
        })
        .addNode('judge', async () => ({ messages: [await model.invoke(`judge ${rounds}`)] }))
        .addEdge(START, 'write')
        .addEdge('write', 'judge')
        .addConditionalEdges('judge', () => (rounds < 2 ? 'write' : END), ['write', END])
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['write', 'judge <- write', 'write#2 <- judge', 'judge#2 <- write#2'],
    calls: [
      'write 1: write',
      'judge 1: judge <- write 1',
      'write 2: write <- judge 1',
      'judge 2: judge <- write 2',
    ],
  },
  {
    name: 'a node answered from the cache (`cachePolicy`)',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode('cached', ask(model, 'cached'), { cachePolicy: { keyFunc: () => 'one' } })
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'cached')
        .addEdge('cached', 'b')
        .compile({ cache: new InMemoryCache() });
      stage.show(app);
      await app.invoke(noMessages, onThread());
      return app.invoke(noMessages, onThread('U'));
    },
    dispatches: ['a', 'cached <- a', 'b <- cached', 'a#2', 'b#2 <- a#2'],
    calls: ['a: a', 'cached: cached <- a', 'b: b <- cached', 'a: a @U', 'b: b @U <- a'],
    sessions: ['start T', 'pause T', 'start U', 'pause U'],
    note: 'A hit runs nothing, so it is no dispatch; what follows has the node before it as cause.',
  },
  {
    name: 'a node that is a `RunnableSequence`',
    run: async (stage) => {
      const chain = ChatPromptTemplate.fromMessages([['user', 'templated']])
        .pipe(stage.model())
        .pipe(RunnableLambda.from((message: AIMessage) => ({ messages: [message] })));
      const app = messageGraph().addNode('chain', chain).addEdge(START, 'chain').compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['chain'],
    calls: ['templated: chain'],
  },
  {
    name: 'a model with `withConfig`, inside `withRetry`',
    run: async (stage) => {
      const model = stage
        .model()
        .withConfig({ tags: ['mine'] })
        .withRetry();
      const app = messageGraph().addNode('a', ask(model, 'a')).addEdge(START, 'a').compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a'],
    calls: ['a: a'],
  },
];
