import { Command, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';
import { setting, thread } from './setting.ts';

describe('ends of dispatches', () => {
  it('end as handed off when a subgraph sends its parent elsewhere', async () => {
    const { host, say, model } = setting();
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('in', async () => {
        await model.invoke('in');
        return new Command({ goto: 'next', graph: Command.PARENT });
      })
      .addEdge(START, 'in')
      .compile();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('sub', inner, { ends: ['next'] })
      .addNode('next', say('next'))
      .addEdge(START, 'sub')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.endsOf('sub/in')).toEqual(['handed-off']);
    expect(host.endsOf('sub')).toEqual(['handed-off']);
    expect(host.dispatchOf('next').after).toEqual([host.dispatchOf('sub').dispatch]);
    expect(host.identityOf('next').previous).toBe(host.identityOf('in').call);
  });

  it('come once for all attempts at a node', async () => {
    const { host, say } = setting();
    let tries = 0;
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('a'))
      .addNode(
        'flaky',
        () => {
          tries += 1;
          if (tries === 1) throw new Error('not yet');
          return {};
        },
        { retryPolicy: { initialInterval: 1, retryOn: () => true, logWarning: false } },
      )
      .addNode('b', say('b'))
      .addEdge(START, 'a')
      .addEdge('a', 'flaky')
      .addEdge('flaky', 'b')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual(['a', 'flaky', 'b']);
    expect(host.endsOf('flaky')).toEqual(['done']);
    expect(host.dispatchOf('b').after).toEqual([host.dispatchOf('flaky').dispatch]);
  });

  it('wait for the next attempt as long as the policy may pause, and no longer', async () => {
    const { host, model } = setting();
    const pauses = [100_000, 200_000];
    const app = new StateGraph(MessagesAnnotation)
      .addNode(
        'flaky',
        async () => {
          await model.invoke('try');
          throw new Error('not yet');
        },
        {
          retryPolicy: {
            initialInterval: 1,
            jitter: false,
            logWarning: false,
            retryOn: () => {
              // Stands for the pause before the next attempt, of 128 s at most.
              host.clock.advanceBy(pauses.shift() ?? 0);
              return true;
            },
          },
        },
      )
      .addEdge(START, 'flaky')
      .compile();
    const attachment = attach(app, host);
    await expect(app.invoke({ messages: [] }, thread('T'))).rejects.toThrow('not yet');
    expect(host.endsOf('flaky')).toEqual(['failed']);
    // The third attempt came too late: to the runtime the run was over.
    expect(host.requests.map(({ identity }) => identity?.agent)).toEqual([
      'flaky',
      'flaky',
      undefined,
    ]);
    expect(host.of('session-pause')).toHaveLength(1);
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
  });

  it('of an error handler come after the failure', async () => {
    const { host, model } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode(
        'risky',
        async () => {
          await model.invoke('risk');
          throw new Error('lost');
        },
        { errorHandler: async () => ({ messages: [await model.invoke('rescue')] }) },
      )
      .addEdge(START, 'risky')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual(['risky', '__error_handler__risky']);
    expect(host.dispatchOf('__error_handler__risky').after).toEqual([
      host.dispatchOf('risky').dispatch,
    ]);
    expect(host.identityOf('rescue').previous).toBe(host.identityOf('risk').call);
  });

  it('fail with their node, and what ran beside it is aborted', async () => {
    const host = new RecordingHost();
    const never = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const model = scriptedModel(host, () => {
      waiting.resolve();
      return { until: never.promise };
    });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('bad', async () => {
        await waiting.promise;
        throw new Error('broken node');
      })
      .addNode('slow', async (_state, config) => ({
        messages: [await model.invoke('slow', config)],
      }))
      .addEdge(START, 'bad')
      .addEdge(START, 'slow')
      .compile();
    const attachment = attach(app, host);
    await expect(app.invoke({ messages: [] }, thread('T'))).rejects.toThrow('broken node');
    expect(host.endsOf('bad')).toEqual(['failed']);
    expect(host.endsOf('slow')).toEqual(['aborted']);
    expect(host.events.at(-1)?.type).toBe('session-pause');
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
  });

  it('are aborted with the run', async () => {
    const host = new RecordingHost();
    const abort = new AbortController();
    const never = Promise.withResolvers<void>();
    const model = scriptedModel(host, () => {
      queueMicrotask(() => abort.abort());
      return { until: never.promise };
    });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async (_state, config) => ({ messages: [await model.invoke('slow', config)] }))
      .addEdge(START, 'a')
      .compile();
    const attachment = attach(app, host);
    await expect(app.invoke({ messages: [] }, { signal: abort.signal })).rejects.toThrow(/abort/iu);
    expect(host.endsOf('a')).toEqual(['aborted']);
    expect(host.events.at(-1)).toMatchObject({ type: 'session-close', why: 'run-without-thread' });
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 0 });
  });

  it('are aborted when the caller leaves the stream', async () => {
    const { host, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('a'))
      .addNode('b', say('b'))
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .compile();
    const attachment = attach(app, host);
    for await (const chunk of await app.stream({ messages: [] })) if ('a' in chunk) break;
    await expect.poll(() => attachment.held).toEqual({ runs: 0, calls: 0, sessions: 0 });
    expect(host.of('dispatch-end')).toHaveLength(host.of('dispatch-start').length);
    expect(host.events.at(-1)?.type).toBe('session-close');
  });
});
