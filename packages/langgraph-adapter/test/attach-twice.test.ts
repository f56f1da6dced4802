import { mergeConfigs } from '@langchain/core/runnables';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { RuntimeConfigError } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';
import { setting } from './setting.ts';

class Listener extends BaseCallbackHandler {
  readonly name = 'listener';
  starts = 0;
  override handleChainStart(): void {
    this.starts += 1;
  }
}

function asking(host: RecordingHost, node: string, name?: string) {
  const model = scriptedModel(host);
  return new StateGraph(MessagesAnnotation)
    .addNode(node, async () => ({ messages: [await model.invoke(`from ${node}`)] }))
    .addEdge(START, node)
    .compile(name === undefined ? {} : { name });
}

describe('attaching', () => {
  it('twice is attaching once', async () => {
    const host = new RecordingHost();
    const app = asking(host, 'a');
    const attachment = attach(app, host);
    expect(attach(app, host)).toBe(attachment);
    expect(attach(app, host, { id: attachment.workload })).toBe(attachment);
    expect(host.links.size).toBe(1);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual(['a']);
    expect(host.requests.map(({ identity }) => identity?.attempt)).toEqual([1]);
  });

  it('under another id is refused', () => {
    const host = new RecordingHost();
    const app = asking(host, 'a', 'desk');
    attach(app, host);
    expect(() => attach(app, host, { id: 'other' })).toThrow(RuntimeConfigError);
    expect(() => attach(app, host, { id: 'other' })).toThrow(
      /already attached as workload "desk"/u,
    );
  });

  it('two graphs keeps them apart', async () => {
    const host = new RecordingHost();
    const one = asking(host, 'a', 'one');
    const two = asking(host, 'b', 'two');
    attach(one, host);
    attach(two, host);
    await Promise.all([one.invoke({ messages: [] }), two.invoke({ messages: [] })]);
    expect(host.identityOf('from a').workload).toBe('one');
    expect(host.identityOf('from b').workload).toBe('two');
    expect(host.of('dispatch-start').map(({ workload, agent }) => `${workload} ${agent}`)).toEqual(
      expect.arrayContaining(['one a', 'two b']),
    );
    expect(host.path).toHaveLength(2);
  });

  it('a graph and one inside it leaves a run to the outer one', async () => {
    const host = new RecordingHost();
    const inner = asking(host, 'in', 'inner');
    const outer = new StateGraph(MessagesAnnotation)
      .addNode('sub', inner)
      .addEdge(START, 'sub')
      .compile({ name: 'outer' });
    attach(inner, host);
    attach(outer, host);
    await outer.invoke({ messages: [] });
    expect(host.requests[0]?.identity).toMatchObject({ workload: 'outer', agent: 'sub/in' });
    expect(host.of('dispatch-start').map(({ workload }) => workload)).toEqual(['outer', 'outer']);
    await inner.invoke({ messages: [] });
    expect(host.requests[1]?.identity).toMatchObject({ workload: 'inner', agent: 'in' });
  });

  it('to two runtimes shows the runs to both', async () => {
    const first = new RecordingHost();
    const second = new RecordingHost();
    const app = asking(first, 'a');
    const before = app.config;
    const attachments = [attach(app, first), attach(app, second)];
    await app.invoke({ messages: [] });
    expect([first.path, second.path]).toEqual([['a'], ['a']]);
    for (const attachment of attachments) attachment.detach();
    expect(app.config).toBe(before);
  });
});

describe('workload ids', () => {
  it('are what the caller says, else the name, else derived from the topology', () => {
    const { host } = setting();
    const ids = [
      attach(asking(host, 'a', 'desk'), host, { id: 'chosen' }),
      attach(asking(host, 'a', 'desk'), host),
      attach(asking(host, 'a'), host, { name: 'named' }),
      attach(asking(host, 'a'), host),
      attach(asking(host, 'a'), host),
      attach(asking(host, 'b'), host),
    ].map(({ workload }) => workload);
    expect(ids.slice(0, 3)).toEqual(['chosen', 'desk', 'named']);
    expect(ids[3]).toMatch(/^graph-[\da-f]{8}$/u);
    expect(ids[4]).toBe(ids[3]);
    expect(ids[5]).not.toBe(ids[3]);
  });

  it('by name give way to an unlike graph of that name; ids by hand do not', () => {
    const host = new RecordingHost();
    attach(asking(host, 'a', 'desk'), host);
    expect(attach(asking(host, 'b', 'desk'), host).workload).toMatch(/^desk-[\da-f]{8}$/u);
    const unlike = asking(host, 'c');
    const before = unlike.config;
    expect(() => attach(unlike, host, { id: 'desk' })).toThrow(RuntimeConfigError);
    expect(unlike.config).toBe(before);
    expect(host.links.size).toBe(2);
  });
});

describe('detaching', () => {
  it('leaves the graph as it was, its own handlers included', async () => {
    const host = new RecordingHost();
    const plain = asking(host, 'a');
    const listener = new Listener();
    const heard = asking(host, 'b');
    heard.config = { callbacks: [listener], metadata: { team: 'x' }, tags: ['t'] };
    for (const app of [plain, heard]) {
      const config = app.config;
      const keys = Object.keys(app);
      const attachment = attach(app, host);
      expect(app.config).not.toBe(config);
      await app.invoke({ messages: [] });
      attachment.detach();
      attachment.detach();
      expect(app.config).toBe(config);
      expect(Object.keys(app)).toEqual(keys);
      expect(attachment.held).toMatchObject({ runs: 0, calls: 0 });
    }
    expect(listener.starts).toBeGreaterThan(0);
    expect(host.links.size).toBe(0);
    const events = host.events.length;
    await plain.invoke({ messages: [] });
    expect(host.events).toHaveLength(events);
    expect(host.requests.at(-1)?.identity).toBeUndefined();
  });

  it('takes only its own handler out of a config that others have changed since', () => {
    const host = new RecordingHost();
    const app = asking(host, 'a');
    const attachment = attach(app, host);
    const listener = new Listener();
    app.config = mergeConfigs(app.config, { callbacks: [listener] });
    attachment.detach();
    expect(app.config.callbacks).toEqual([listener]);
  });

  it('in the middle of a run ends for the runtime what still runs', async () => {
    const host = new RecordingHost();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const model = scriptedModel(host, () => {
      asked.resolve();
      return { until: gate.promise };
    });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async () => ({ messages: [await model.invoke('slow')] }))
      .addEdge(START, 'a')
      .compile();
    const attachment = attach(app, host);
    const run = app.invoke({ messages: [] });
    await asked.promise;
    attachment.detach();
    expect(host.endsOf('a')).toEqual(['aborted']);
    const events = host.events.length;
    gate.resolve();
    const { messages } = await run;
    expect(messages).toHaveLength(1);
    expect(host.events).toHaveLength(events);
    expect(attachment.held).toMatchObject({ runs: 0, calls: 0 });
  });

  it('allows attaching again', async () => {
    const host = new RecordingHost();
    const app = asking(host, 'a');
    attach(app, host).detach();
    const again = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual(['a']);
    again.detach();
    expect(host.links.size).toBe(0);
  });
});
