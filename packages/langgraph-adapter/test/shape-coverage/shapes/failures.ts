import { START, entrypoint, task } from '@langchain/langgraph';
import type { Shape } from '../shape.ts';
import { ask, messageGraph, noMessages, onThread } from './nodes.ts';

const patient = { initialInterval: 1, jitter: false, retryOn: () => true, logWarning: false };

export const failures: readonly Shape[] = [
  {
    name: 'node retries (`retryPolicy`)',
    run: async (stage) => {
      const model = stage.model();
      let tries = 0;
      const app = messageGraph()
        .addNode('a', ask(model, 'a'))
        .addNode(
          'flaky',
          async () => {
            tries += 1;
            const message = await model.invoke(`try ${tries}`);
            if (tries === 1) throw new Error('not yet');
            return { messages: [message] };
          },
          { retryPolicy: patient },
        )
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'flaky')
        .addEdge('flaky', 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'flaky <- a', 'b <- flaky'],
    calls: ['a: a', 'try 1: flaky <- a', 'try 2: flaky <- a', 'b: b <- try 2'],
    note: 'All attempts at a node are one dispatch, and each begins where the first did.',
  },
  {
    name: 'node retries that run out',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode(
          'broken',
          async () => {
            await model.invoke('try');
            throw new Error('never');
          },
          { retryPolicy: { ...patient, maxAttempts: 2 } },
        )
        .addEdge(START, 'broken')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['broken (failed)'],
    calls: ['try: broken', 'try: broken'],
  },
  {
    name: 'node retries inside a subgraph that is retried itself',
    run: async (stage) => {
      const model = stage.model();
      let tries = 0;
      const inner = messageGraph()
        .addNode(
          'in',
          async () => {
            tries += 1;
            const message = await model.invoke(`try ${tries}`);
            if (tries < 4) throw new Error('not yet');
            return { messages: [message] };
          },
          { retryPolicy: { ...patient, maxAttempts: 2 } },
        )
        .addEdge(START, 'in')
        .compile();
      const app = messageGraph()
        .addNode('sub', inner, { retryPolicy: patient })
        .addEdge(START, 'sub')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['sub', 'sub/in in sub (failed)', 'sub/in#2 in sub'],
    calls: [1, 2, 3, 4].map((nth) => `try ${nth}: sub/in`),
  },
  {
    name: 'task retries of the functional API',
    run: async (stage) => {
      const model = stage.model();
      let tries = 0;
      const step = task({ name: 'step', retry: patient }, async () => {
        tries += 1;
        const { text } = await model.invoke(`try ${tries}`);
        if (tries === 1) throw new Error('not yet');
        return text;
      });
      const app = entrypoint({ name: 'flow' }, async () => {
        await model.invoke('plan');
        return step();
      });
      return stage.show(app).invoke('x', onThread());
    },
    dispatches: ['flow', 'flow/step in flow'],
    calls: ['plan: flow', 'try 1: flow/step <- plan', 'try 2: flow/step <- plan'],
  },
  {
    name: 'node timeouts',
    run: async (stage) => {
      const never = Promise.withResolvers<void>();
      stage.script = () => ({ until: never.promise });
      const model = stage.model();
      const app = messageGraph()
        .addNode('slow', ask(model, 'slow'), { timeout: { runTimeout: 30 } })
        .addEdge(START, 'slow')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['slow (aborted)'],
    calls: ['slow: slow'],
  },
  {
    name: 'node timeouts, then another attempt',
    run: async (stage) => {
      const never = Promise.withResolvers<void>();
      let tries = 0;
      stage.script = () => {
        tries += 1;
        return tries === 1 ? { until: never.promise } : { text: 'in time' };
      };
      const model = stage.model();
      const app = messageGraph()
        .addNode('slow', ask(model, 'slow'), {
          timeout: { runTimeout: 200 },
          retryPolicy: patient,
        })
        .addEdge(START, 'slow')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['slow'],
    calls: ['slow: slow', 'slow: slow'],
  },
  {
    name: 'error-handler nodes, after the last attempt',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode(
          'risky',
          async () => {
            await model.invoke('risk');
            throw new Error('lost');
          },
          {
            retryPolicy: { ...patient, maxAttempts: 2 },
            errorHandler: async () => ({ messages: [await model.invoke('rescue')] }),
          },
        )
        .addEdge(START, 'risky')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['risky (failed)', '__error_handler__risky <- risky'],
    calls: ['risk: risky', 'risk: risky', 'rescue: __error_handler__risky <- risk'],
  },
  {
    name: 'a node that fails beside another',
    run: async (stage) => {
      const never = Promise.withResolvers<void>();
      const waiting = Promise.withResolvers<void>();
      stage.script = () => {
        waiting.resolve();
        return { until: never.promise };
      };
      const model = stage.model();
      const app = messageGraph()
        .addNode('bad', async () => {
          await waiting.promise;
          throw new Error('broken node');
        })
        .addNode('slow', ask(model, 'slow'))
        .addEdge(START, 'bad')
        .addEdge(START, 'slow')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['bad (failed)', 'slow (aborted)'],
    calls: ['slow: slow'],
  },
  ...[undefined, new Error('the user has left')].map((reason): Shape => ({
    name: `an abort ${reason === undefined ? '' : 'for a reason of the app’s own '}while a model is asked`,
    run: async (stage) => {
      const never = Promise.withResolvers<void>();
      const abort = new AbortController();
      stage.script = () => {
        queueMicrotask(() => abort.abort(reason));
        return { until: never.promise };
      };
      const model = stage.model();
      const app = messageGraph().addNode('a', ask(model, 'a')).addEdge(START, 'a').compile();
      stage.show(app);
      try {
        return await app.invoke(noMessages, { ...onThread(), signal: abort.signal });
      } finally {
        await new Promise((resolve) => setImmediate(resolve));
        stage.clock.advanceBy(60_000);
      }
    },
    dispatches: ['a (aborted)'],
    calls: ['a: a'],
  })),
  {
    name: 'a node that leaves a model’s stream',
    run: async (stage) => {
      stage.script = () => ({ text: 'one two three' });
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', async () => {
          for await (const chunk of await model.stream('left early')) if (chunk.text !== '') break;
          return {};
        })
        .addNode('b', ask(model, 'b'))
        .addEdge(START, 'a')
        .addEdge('a', 'b')
        .compile();
      return stage.show(app).invoke(noMessages, onThread());
    },
    dispatches: ['a', 'b <- a'],
    calls: ['left early: a', 'b: b <- left early'],
  },
  {
    name: 'a caller that leaves the graph’s stream',
    run: async (stage) => {
      const model = stage.model();
      const app = messageGraph()
        .addNode('a', async (_state, { writer, signal }) => {
          await model.invoke('a');
          writer?.('asked');
          const aborted = Promise.withResolvers<object>();
          signal?.addEventListener('abort', () => aborted.reject(signal.reason));
          return aborted.promise;
        })
        .addEdge(START, 'a')
        .compile();
      const stream = await stage
        .show(app)
        .stream(noMessages, { ...onThread(), streamMode: 'custom' });
      for await (const chunk of stream) return chunk;
      return undefined;
    },
    dispatches: ['a (aborted)'],
    calls: ['a: a'],
  },
];
