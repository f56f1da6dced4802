import { END, MessagesAnnotation, Send, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';

describe('calls of a graph', () => {
  it('names each call of a chain by its node and the call before it', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const say = (text: string) => async () => ({ messages: [await model.invoke(text)] });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('from a'))
      .addNode('b', say('from b'))
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .addEdge('b', END)
      .compile({ name: 'chain' });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, { configurable: { thread_id: 'T' } });

    const first = host.identityOf('from a');
    const second = host.identityOf('from b');
    expect(first).toMatchObject({ workload: 'chain', session: 'T', agent: 'a', attempt: 1 });
    expect(first.previous).toBeUndefined();
    expect(second).toMatchObject({ agent: 'b', previous: first.call });
    expect(host.events.map(({ type }) => type)).toEqual([
      'topology-declare',
      'session-start',
      'dispatch-start',
      'dispatch-end',
      'dispatch-start',
      'dispatch-end',
      'session-pause',
    ]);
    expect(host.dispatchOf('b').after).toEqual([host.dispatchOf('a').dispatch]);
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
  });

  it.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 2, 0]]])(
    'takes the dispatching call as previous of a fan-out that completes in order %j',
    async (order) => {
      const host = new RecordingHost();
      const gates = order.map(() => Promise.withResolvers<void>());
      const started = Promise.withResolvers<void>();
      const model = scriptedModel(host, (_body, prompt) => {
        const branch = /^branch (\d)$/u.exec(prompt)?.[1];
        if (branch === undefined) return { text: 'ok' };
        if (host.requests.filter((seen) => seen.prompt.startsWith('branch')).length === 3) {
          started.resolve();
        }
        const gate = gates[Number(branch)];
        return gate === undefined ? {} : { until: gate.promise };
      });
      const app = new StateGraph(MessagesAnnotation)
        .addNode('plan', async () => ({ messages: [await model.invoke('plan')] }))
        .addNode('work', async (state: { prompt?: string }) => ({
          messages: [await model.invoke(state.prompt ?? '')],
        }))
        .addNode('merge', async () => ({ messages: [await model.invoke('merge')] }))
        .addEdge(START, 'plan')
        .addConditionalEdges(
          'plan',
          () => [0, 1, 2].map((branch) => new Send('work', { prompt: `branch ${branch}` })),
          ['work'],
        )
        .addEdge('work', 'merge')
        .compile();
      const attachment = attach(app, host);
      const run = app.invoke({ messages: [] });
      await started.promise;
      for (const branch of order) {
        gates[branch]?.resolve();
        // The next one is let go when this one's call is over.
        await expect.poll(() => attachment.held.calls).toBeLessThan(3 - order.indexOf(branch));
      }
      await run;

      const plan = host.identityOf('plan');
      const branches = [0, 1, 2].map((branch) => host.identityOf(`branch ${branch}`));
      expect(branches.map(({ previous }) => previous)).toEqual([plan.call, plan.call, plan.call]);
      const last = branches[order.at(-1) ?? 0];
      expect(host.identityOf('merge').previous).toBe(last?.call);
      expect(host.dispatchOf('merge').after.toSorted()).toEqual(
        branches.map(({ dispatch }) => dispatch).toSorted(),
      );
      expect(attachment.topology().edges).toContainEqual({
        from: 'plan',
        to: 'work',
        kind: 'fan-out',
      });
      expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 0 });
    },
  );
});
