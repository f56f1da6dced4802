import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';
import { thread } from './setting.ts';

function desk(host: RecordingHost, checkpointer: MemorySaver) {
  const model = scriptedModel(host);
  return new StateGraph(MessagesAnnotation)
    .addNode('ask', async () => ({ messages: [await model.invoke('ask')] }))
    .addNode('quiet', () => ({}))
    .addEdge(START, 'ask')
    .addEdge('ask', 'quiet')
    .compile({ checkpointer, name: 'desk' });
}

/** Serves one request with a graph of its own, and says whether that graph still exists. */
async function serve(host: RecordingHost, checkpointer: MemorySaver): Promise<WeakRef<object>> {
  const app = desk(host, checkpointer);
  attach(app, host);
  await app.invoke({ messages: [] }, thread('T'));
  return new WeakRef(app);
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

describe('a graph compiled for every request', () => {
  it('is one workload, which learns from all and follows its threads through them', async () => {
    const host = new RecordingHost();
    const checkpointer = new MemorySaver();
    for (let request = 0; request < 4; request += 1) await serve(host, checkpointer);
    const calls = host.requests.map(({ identity }) => identity);
    expect(new Set(calls.map((identity) => identity?.workload))).toEqual(new Set(['desk']));
    expect(calls.map((identity) => identity?.previous)).toEqual([
      undefined,
      ...calls.slice(0, -1).map((identity) => identity?.call),
    ]);
    // Declared once, and once more when the third quiet run has shown that the node calls no model.
    expect(host.of('topology-declare').map(({ topology }) => topology.agents)).toEqual([
      ['ask', 'quiet'],
      ['ask'],
    ]);
    expect(host.links.size).toBe(1);
  });

  it('is held by nothing when the request is over, although nobody detached it', async () => {
    const host = new RecordingHost();
    const graph = await serve(host, new MemorySaver());
    await expect
      .poll(() => {
        collectGarbage();
        return graph.deref() === undefined;
      })
      .toBe(true);
    expect(host.links.size).toBe(1);
  });

  it('ends only its own runs when it is detached', async () => {
    const host = new RecordingHost();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const model = scriptedModel(host, () => {
      asked.resolve();
      return { until: gate.promise };
    });
    const build = () =>
      new StateGraph(MessagesAnnotation)
        .addNode('a', async () => ({ messages: [await model.invoke('slow')] }))
        .addEdge(START, 'a')
        .compile({ name: 'slow' });
    const [first, second] = [build(), build()];
    attach(first, host);
    const other = attach(second, host);
    const run = first.invoke({ messages: [] });
    await asked.promise;
    other.detach();
    gate.resolve();
    await run;
    expect(host.endsOf('a')).toEqual(['done']);
  });
});
