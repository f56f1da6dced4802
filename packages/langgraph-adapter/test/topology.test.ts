import {
  Annotation,
  Command,
  END,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
  entrypoint,
} from '@langchain/langgraph';
import { createAgent, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';

const none = (): object => ({});
const route = (): string => 'b';

/** `a` first; what follows is for the test to say. */
const threeNodes = () =>
  new StateGraph(MessagesAnnotation)
    .addNode('a', none)
    .addNode('b', none)
    .addNode('c', none)
    .addEdge(START, 'a');

function topologyOf(app: object) {
  return attach(app, new RecordingHost()).topology();
}

const clock = tool(() => '12:00', { name: 'clock', description: 'time', schema: z.object({}) });

describe('declared topology', () => {
  it('reads a chain', () => {
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', none)
      .addNode('b', none)
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .addEdge('b', END)
      .compile();
    expect(topologyOf(app)).toEqual({
      agents: ['a', 'b'],
      edges: [
        { from: 'START', to: 'a', kind: 'static' },
        { from: 'a', to: 'b', kind: 'static' },
        { from: 'b', to: 'END', kind: 'static' },
      ],
      unknownTargets: [],
    });
  });

  it('reads the targets of a branch with a path map and admits those of one without', () => {
    const mapped = topologyOf(threeNodes().addConditionalEdges('a', route, ['b', 'c']).compile());
    expect(mapped.edges.filter(({ from }) => from === 'a')).toEqual([
      { from: 'a', to: 'b', kind: 'branch' },
      { from: 'a', to: 'c', kind: 'branch' },
    ]);
    expect(mapped.unknownTargets).toEqual([]);
    const open = topologyOf(threeNodes().addConditionalEdges('a', route).compile());
    expect(open.edges.filter(({ from }) => from === 'a')).toEqual([]);
    expect(open.unknownTargets).toEqual(['a']);
  });

  it('reads joins and Command destinations, and that a node which need not go on may end', () => {
    const app = new StateGraph(MessagesAnnotation)
      .addNode('boss', none, { ends: ['a', 'b'] })
      .addNode('a', none)
      .addNode('b', none)
      .addNode('sum', none)
      .addEdge(START, 'boss')
      .addEdge(['a', 'b'], 'sum')
      .compile();
    expect(topologyOf(app).edges).toEqual([
      { from: 'START', to: 'boss', kind: 'static' },
      { from: 'a', to: 'sum', kind: 'join' },
      { from: 'b', to: 'sum', kind: 'join' },
      { from: 'boss', to: 'a', kind: 'command' },
      { from: 'boss', to: 'b', kind: 'command' },
      { from: 'boss', to: 'END', kind: 'command' },
      { from: 'sum', to: 'END', kind: 'static' },
    ]);
  });

  it('opens subgraphs: edges lead to their first nodes and from their last ones', () => {
    const deep = new StateGraph(MessagesAnnotation)
      .addNode('find', none)
      .addEdge(START, 'find')
      .compile();
    const research = new StateGraph(MessagesAnnotation)
      .addNode('plan', none)
      .addNode('web', deep)
      .addEdge(START, 'plan')
      .addEdge('plan', 'web')
      .compile();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('ask', none)
      .addNode('research', research)
      .addNode('write', none)
      .addEdge(START, 'ask')
      .addConditionalEdges('ask', route, ['research', 'write'])
      .addEdge('research', 'write')
      .compile();
    const { agents, edges } = topologyOf(app);
    expect(agents).toEqual(['ask', 'research/plan', 'research/web/find', 'write']);
    expect(edges).toHaveLength(6);
    expect(edges).toEqual(
      expect.arrayContaining([
        { from: 'START', to: 'ask', kind: 'static' },
        { from: 'ask', to: 'research/plan', kind: 'branch' },
        { from: 'ask', to: 'write', kind: 'branch' },
        { from: 'research/plan', to: 'research/web/find', kind: 'static' },
        { from: 'research/web/find', to: 'write', kind: 'static' },
        { from: 'write', to: 'END', kind: 'static' },
      ]),
    );
  });

  it('hands the unknown targets of a subgraph entry to what leads there', () => {
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('x', none)
      .addNode('y', none)
      .addConditionalEdges(START, () => 'x')
      .compile();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', none)
      .addNode('sub', inner)
      .addEdge(START, 'a')
      .addEdge('a', 'sub')
      .compile();
    expect(topologyOf(app).unknownTargets).toEqual(['a']);
  });

  it('takes the tool node of an agent for no agent: the model is its own successor', () => {
    const agent = createAgent({ model: scriptedModel(new RecordingHost()), tools: [clock] });
    const { agents, edges } = topologyOf(agent);
    expect(agents).toEqual(['model_request']);
    expect(edges).toEqual(
      expect.arrayContaining([
        { from: 'START', to: 'model_request', kind: 'static' },
        { from: 'model_request', to: 'model_request', kind: 'branch' },
        { from: 'model_request', to: 'END', kind: 'branch' },
      ]),
    );
    expect(edges).toHaveLength(3);
  });

  it('reads the functional API as the one node that is known of it', () => {
    const app = entrypoint({ name: 'flow' }, async (text: string) => text);
    expect(topologyOf(app)).toEqual({
      agents: ['flow'],
      edges: [
        { from: 'START', to: 'flow', kind: 'static' },
        { from: 'flow', to: 'END', kind: 'static' },
      ],
      unknownTargets: [],
    });
  });

  it('leads a failing node to its error handler', () => {
    const app = new StateGraph(MessagesAnnotation)
      .addNode('risky', none, { errorHandler: none })
      .addEdge(START, 'risky')
      .compile();
    const { edges } = topologyOf(app);
    expect(edges.filter(({ from }) => from === 'risky')).toEqual([
      { from: 'risky', to: 'END', kind: 'static' },
      { from: 'risky', to: '__error_handler__risky', kind: 'branch' },
    ]);
  });
});

describe('learned topology', () => {
  it('contracts a node after three runs without a call, and declares what is left', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const app = new StateGraph(MessagesAnnotation)
      .addNode('clean', none)
      .addNode('answer', async () => ({ messages: [await model.invoke('answer')] }))
      .addEdge(START, 'clean')
      .addConditionalEdges('clean', () => 'answer', ['answer', END])
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    await app.invoke({ messages: [] });
    expect(attachment.topology().agents).toEqual(['clean', 'answer']);
    await app.invoke({ messages: [] });
    const left = {
      agents: ['answer'],
      edges: [
        { from: 'START', to: 'answer', kind: 'branch' },
        { from: 'START', to: 'END', kind: 'branch' },
        { from: 'answer', to: 'END', kind: 'static' },
      ],
      unknownTargets: [],
    };
    expect(attachment.topology()).toEqual(left);
    expect(host.of('topology-declare').map(({ topology }) => topology.agents)).toEqual([
      ['clean', 'answer'],
      ['answer'],
    ]);
  });

  it('takes a node back that makes a call after all, and then keeps it', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const State = Annotation.Root({ ask: Annotation<boolean>() });
    const app = new StateGraph(State)
      .addNode('maybe', async ({ ask }) => {
        if (ask) await model.invoke('now');
        return {};
      })
      .addEdge(START, 'maybe')
      .compile();
    const attachment = attach(app, host);
    for (const ask of [false, false, false]) await app.invoke({ ask });
    expect(attachment.topology().agents).toEqual([]);
    await app.invoke({ ask: true });
    for (const ask of [false, false, false, false]) await app.invoke({ ask });
    expect(attachment.topology().agents).toEqual(['maybe']);
  });

  it('finds agents that no graph declares, in a graph called by hand', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('in', async () => ({ messages: [await model.invoke('inside')] }))
      .addEdge(START, 'in')
      .compile();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('call', async (state) => {
        await inner.invoke(state);
        return {};
      })
      .addEdge(START, 'call')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(attachment.topology().agents).toEqual(['call', 'call/in']);
    expect(attachment.topology().edges).toContainEqual({
      from: 'call',
      to: 'call/in',
      kind: 'delegate',
    });
    await app.invoke({ messages: [] });
    await app.invoke({ messages: [] });
    expect(attachment.topology()).toEqual({
      agents: ['call/in'],
      edges: [
        { from: 'START', to: 'END', kind: 'static' },
        { from: 'START', to: 'call/in', kind: 'delegate' },
        { from: 'call/in', to: 'END', kind: 'delegate' },
        { from: 'call/in', to: 'call/in', kind: 'delegate' },
      ],
      unknownTargets: ['call/in'],
    });
  });

  it('keeps a branch a branch until Send is seen', async () => {
    const app = new StateGraph(MessagesAnnotation)
      .addNode('plan', none)
      .addNode('work', none)
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => [new Send('work', {}), new Send('work', {})], ['work'])
      .compile();
    const attachment = attach(app, new RecordingHost());
    const kind = () => attachment.topology().edges.find(({ from }) => from === 'plan')?.kind;
    expect(kind()).toBe('branch');
    await app.invoke({ messages: [] });
    expect(kind()).toBe('fan-out');
  });
});

describe('what is attached', () => {
  it('refuses what it cannot read, and says what to do', () => {
    const host = new RecordingHost();
    const graph = new StateGraph(MessagesAnnotation).addNode('a', none).addEdge(START, 'a');
    expect(() => attach(graph, host)).toThrow(/an instance of StateGraph\. Call \.compile\(\)/u);
    expect(() => attach(new Command({ goto: 'a' }), host)).toThrow(
      /an instance of Command\. Pass what StateGraph\.compile\(\), entrypoint\(\) or createAgent\(\)/u,
    );
    expect(() => attach([], host)).toThrow(TypeError);
    expect(host.links.size).toBe(0);
    expect(host.events).toEqual([]);
  });
});
