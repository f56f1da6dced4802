import { HumanMessage } from '@langchain/core/messages';
import { Command, END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { createAgent, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';
import { setting } from './setting.ts';

describe('dispatches', () => {
  it.each([
    ['with', true],
    ['without', false],
  ])('follow a branch %s a path map', async (_how, mapped) => {
    const { host, say } = setting();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('triage', say('triage'))
      .addNode('bill', say('bill'))
      .addNode('tech', say('tech'))
      .addEdge(START, 'triage')
      .addEdge('bill', END)
      .addEdge('tech', END);
    const app = (
      mapped
        ? graph.addConditionalEdges('triage', () => 'tech', ['bill', 'tech'])
        : graph.addConditionalEdges('triage', () => 'tech')
    ).compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual(['triage', 'tech']);
    expect(host.dispatchOf('tech').after).toEqual([host.dispatchOf('triage').dispatch]);
    expect(host.identityOf('tech').previous).toBe(host.identityOf('triage').call);
  });

  it('walk back through nodes that make no call', async () => {
    const { host, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', say('a'))
      .addNode('quiet', () => ({}))
      .addNode('still', () => ({}))
      .addNode('b', say('b'))
      .addEdge(START, 'a')
      .addEdge('a', 'quiet')
      .addEdge('quiet', 'still')
      .addEdge('still', 'b')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.identityOf('b').previous).toBe(host.identityOf('a').call);
  });

  it('of branches that run side by side follow their own branch', async () => {
    const { host, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a1', say('a1'))
      .addNode('b1', say('b1'))
      .addNode('a2', say('a2'))
      .addNode('b2', say('b2'))
      .addNode('b3', say('b3'))
      .addNode('sum', say('sum'))
      .addEdge(START, 'a1')
      .addEdge(START, 'b1')
      .addEdge('a1', 'a2')
      .addEdge('b1', 'b2')
      .addEdge('b2', 'b3')
      .addEdge(['a2', 'b3'], 'sum')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    const call = (prompt: string) => host.identityOf(prompt).call;
    expect(host.identityOf('a2').previous).toBe(call('a1'));
    expect(host.identityOf('b2').previous).toBe(call('b1'));
    expect(host.dispatchOf('sum').after).toEqual([
      host.dispatchOf('a2').dispatch,
      host.dispatchOf('b3').dispatch,
    ]);
    expect(host.identityOf('sum').previous).toBe(call('b3'));
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 0 });
  });

  it('of a deferred node come after all that led there', async () => {
    const { host, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('short', say('short'))
      .addNode('long1', say('long1'))
      .addNode('long2', say('long2'))
      .addNode('sum', say('sum'), { defer: true })
      .addEdge(START, 'short')
      .addEdge(START, 'long1')
      .addEdge('long1', 'long2')
      .addEdge('short', 'sum')
      .addEdge('long2', 'sum')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.dispatchOf('sum').after.toSorted()).toEqual(
      [host.dispatchOf('short').dispatch, host.dispatchOf('long2').dispatch].toSorted(),
    );
    expect(host.identityOf('sum').previous).toBe(host.identityOf('long2').call);
  });

  it('inside a subgraph have it as parent, loop by loop', async () => {
    const { host, model } = setting();
    let drafts = 0;
    const review = new StateGraph(MessagesAnnotation)
      .addNode('draft', async () => {
        drafts += 1;
        return { messages: [await model.invoke(`draft ${drafts}`)] };
      })
      .addNode('review', async () => ({ messages: [await model.invoke(`review ${drafts}`)] }))
      .addEdge(START, 'draft')
      .addEdge('draft', 'review')
      .addConditionalEdges('review', () => (drafts < 2 ? 'draft' : END), ['draft', END])
      .compile();
    const app = new StateGraph(MessagesAnnotation)
      .addNode('ask', async () => ({ messages: [await model.invoke('ask')] }))
      .addNode('write', review)
      .addNode('send', async () => ({ messages: [await model.invoke('send')] }))
      .addEdge(START, 'ask')
      .addEdge('ask', 'write')
      .addEdge('write', 'send')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.path).toEqual([
      'ask',
      'write',
      'write/draft',
      'write/review',
      'write/draft',
      'write/review',
      'send',
    ]);
    const write = host.dispatchOf('write');
    expect(host.dispatchOf('write/draft', 0)).toMatchObject({
      parent: write.dispatch,
      after: write.after,
    });
    expect(host.dispatchOf('write/draft', 1).after).toEqual([
      host.dispatchOf('write/review', 0).dispatch,
    ]);
    const prompts = ['ask', 'draft 1', 'review 1', 'draft 2', 'review 2', 'send'];
    const calls = prompts.map((prompt) => host.identityOf(prompt));
    expect(calls.map(({ previous }) => previous)).toEqual([
      undefined,
      ...calls.slice(0, -1).map(({ call }) => call),
    ]);
    expect(attachment.topology().agents).toEqual(['ask', 'write/draft', 'write/review', 'send']);
  });

  it('of an agent with tools hold the tool uses', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host, (_body, prompt) =>
      prompt === 'go' ? { tools: [{ name: 'clock' }, { name: 'broken' }] } : { text: 'done' },
    );
    const clock = tool(() => '12:00', { name: 'clock', description: 'c', schema: z.object({}) });
    const broken = tool(
      (): string => {
        throw new Error('no luck');
      },
      { name: 'broken', description: 'b', schema: z.object({}) },
    );
    const agent = createAgent({ model, tools: [clock, broken], name: 'helper' });
    const attachment = attach(agent, host);
    expect(attachment.workload).toBe('helper');
    await agent.invoke({ messages: [new HumanMessage('go')] });
    const tools = host.of('dispatch-start').filter(({ agent: path }) => path === 'tools');
    const used = host.events.filter((event) => event.type.startsWith('tool-'));
    expect(
      used.map((event) => ('tool' in event ? `${event.type} ${event.tool}` : '')).toSorted(),
    ).toEqual(['tool-end clock', 'tool-fail broken', 'tool-start broken', 'tool-start clock']);
    for (const event of used) {
      expect(tools.map(({ dispatch }) => dispatch)).toContain(
        'dispatch' in event && event.dispatch,
      );
    }
    expect(attachment.held).toEqual({ runs: 0, calls: 0, sessions: 0 });
  });

  it('follow a Command, declared or not', async () => {
    const { host, model, say } = setting();
    const app = new StateGraph(MessagesAnnotation)
      .addNode(
        'boss',
        async () => {
          await model.invoke('boss');
          return new Command({ goto: 'a' });
        },
        { ends: ['a'] },
      )
      .addNode('a', async () => {
        await model.invoke('a');
        return new Command({ goto: 'b' });
      })
      .addNode('b', say('b'))
      .addEdge(START, 'boss')
      .addEdge('boss', 'b')
      .compile();
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.dispatchOf('a').after).toEqual([host.dispatchOf('boss').dispatch]);
    expect(host.dispatchOf('b', 1).after).toEqual([host.dispatchOf('a').dispatch]);
  });
});
