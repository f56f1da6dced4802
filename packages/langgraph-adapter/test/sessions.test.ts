import {
  Command,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
  interrupt,
} from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { setting, thread } from './setting.ts';

describe('sessions', () => {
  it('pause between the turns of a thread, and the next turn goes on from the last call', async () => {
    const { host, model } = setting();
    let turn = 0;
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async () => {
        turn += 1;
        return { messages: [await model.invoke(`turn ${turn}`)] };
      })
      .addEdge(START, 'a')
      .compile({ checkpointer: new MemorySaver() });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    await app.invoke({ messages: [] }, thread('T'));
    await app.invoke({ messages: [] }, thread('U'));
    expect(host.identityOf('turn 2').previous).toBe(host.identityOf('turn 1').call);
    expect(host.identityOf('turn 3').previous).toBeUndefined();
    const marks = host.events.filter(({ type }) => type.startsWith('session'));
    expect(marks.map((event) => ('session' in event ? [event.type, event.session] : []))).toEqual([
      ['session-start', 'T'],
      ['session-pause', 'T'],
      ['session-pause', 'T'],
      ['session-start', 'U'],
      ['session-pause', 'U'],
    ]);
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 2 });
  });

  it('close at the end of a run without a thread, and are new each time', async () => {
    const { host, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('a'))
      .addEdge(START, 'a')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    await app.invoke({ messages: [] });
    const closed = host.of('session-close');
    expect(closed.map(({ why }) => why)).toEqual(['run-without-thread', 'run-without-thread']);
    expect(new Set(closed.map(({ session }) => session)).size).toBe(2);
    expect(host.requests.map(({ identity }) => identity?.previous)).toEqual([undefined, undefined]);
  });

  it('stay the same through interrupt and resume', async () => {
    const { host, say, model } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('a'))
      .addNode('gate', async () => {
        const answer: unknown = interrupt('may I?');
        return { messages: [await model.invoke(`said ${String(answer)}`)] };
      })
      .addEdge(START, 'a')
      .addEdge('a', 'gate')
      .compile({ checkpointer: new MemorySaver() });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(host.endsOf('gate')).toEqual(['interrupted']);
    await app.invoke(new Command({ resume: 'yes' }), thread('T'));
    expect(host.endsOf('gate')).toEqual(['interrupted', 'done']);
    expect(host.of('session-start')).toHaveLength(1);
    expect(host.identityOf('said yes')).toMatchObject({
      session: 'T',
      previous: host.identityOf('a').call,
    });
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
  });

  it('of a graph called by hand inside a node are those of the outer run', async () => {
    const { host, say, model } = setting();
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('in', say('in'))
      .addEdge(START, 'in')
      .compile({ checkpointer: new MemorySaver() });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('call', async () => {
        await model.invoke('before');
        await inner.invoke({ messages: [] }, thread('inner'));
        await model.invoke('after');
        return {};
      })
      .addEdge(START, 'call')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] }, thread('outer'));
    expect(host.identityOf('in')).toMatchObject({
      session: 'outer',
      agent: 'call/in',
      previous: host.identityOf('before').call,
    });
    expect(host.identityOf('after').previous).toBe(host.identityOf('in').call);
    expect(host.of('session-start').map(({ session }) => session)).toEqual(['outer']);
  });

  it('pause a minute after an abort that LangGraph does not report', async () => {
    const { host } = setting();
    const abort = new AbortController();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async () => {
        host.clock.advanceBy(59_000);
        abort.abort(new Error('the user has left'));
        return {};
      })
      .addEdge(START, 'a')
      .compile();
    const attachment = attach(app, host);
    const run = app.invoke({ messages: [] }, { ...thread('T'), signal: abort.signal });
    await expect(run).rejects.toThrow('the user has left');
    await expect.poll(() => host.of('dispatch-end')).toHaveLength(1);
    // The minute counts from the end of the node, not from the start of the run.
    host.clock.advanceBy(59_999);
    expect(host.of('session-pause')).toEqual([]);
    host.clock.advanceBy(1);
    expect(host.of('session-pause')).toHaveLength(1);
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 1 });
  });

  it('do not pause while a node runs, however long', async () => {
    const { host, model } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async () => {
        host.clock.advanceBy(3_600_000);
        return { messages: [await model.invoke('late')] };
      })
      .addEdge(START, 'a')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] }, thread('T'));
    expect(host.identityOf('late')).toMatchObject({ session: 'T', agent: 'a' });
    expect(host.of('session-pause')).toHaveLength(1);
  });
});
