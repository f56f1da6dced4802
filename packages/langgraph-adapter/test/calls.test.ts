import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { MessagesAnnotation, START, StateGraph, entrypoint, task } from '@langchain/langgraph';
import { createAgent, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attach } from '../src/index.ts';
import type { LangGraphAttachment } from '../src/index.ts';
import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';

type Node = () => Promise<object>;

/** A graph whose nodes all run in the first superstep. */
function sideBySide(nodes: Readonly<Record<string, Node>>) {
  const graph = new StateGraph(MessagesAnnotation).addNode(Object.entries(nodes));
  for (const name of Object.keys(nodes)) graph.addEdge(START, name);
  return graph.compile();
}

function expectNothingHeld({ held }: LangGraphAttachment): void {
  expect(held).toMatchObject({ runs: 0, calls: 0 });
}

describe('whose request it is', () => {
  it('knows streams, whose requests have no async context', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host, () => ({ text: 'one two three' }));
    const app = sideBySide({
      a: async () => {
        let text = '';
        for await (const chunk of await model.stream('first')) text += chunk.text;
        await model.invoke(`then ${text}`);
        return {};
      },
    });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    const first = host.identityOf('first');
    expect(first.agent).toBe('a');
    expect(host.identityOf('then one two three')).toMatchObject({
      agent: 'a',
      dispatch: first.dispatch,
      previous: first.call,
    });
    expectNothingHeld(attachment);
  });

  it('knows a node that is a sequence', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const chain = ChatPromptTemplate.fromMessages([['user', 'templated']])
      .pipe(model)
      .pipe(RunnableLambda.from((message: AIMessage) => ({ messages: [message] })));
    const app = new StateGraph(MessagesAnnotation)
      .addNode('chain', chain)
      .addEdge(START, 'chain')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.identityOf('templated').agent).toBe('chain');
    expectNothingHeld(attachment);
  });

  it.each([
    ['side by side', undefined, false],
    ['one after the other', 1, false],
    ['side by side, streaming', undefined, true],
    ['one after the other, streaming', 1, true],
  ])('tells parallel nodes apart when the client sends %s', async (_how, limit, streams) => {
    const host = new RecordingHost();
    const model = scriptedModel(
      host,
      undefined,
      limit === undefined ? {} : { maxConcurrency: limit },
    );
    const ask =
      (name: string): Node =>
      async () => {
        if (streams) {
          const words = [];
          for await (const chunk of await model.stream(`from ${name}`)) words.push(chunk);
        } else {
          await model.invoke(`from ${name}`);
        }
        return {};
      };
    const app = sideBySide({ a: ask('a'), b: ask('b'), c: ask('c') });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(
      host.requests.map(({ identity, prompt }) => `${identity?.agent} ${prompt}`).toSorted(),
    ).toEqual(['a from a', 'b from b', 'c from c']);
    expect(host.requests.every(({ identity }) => identity?.previous === undefined)).toBe(true);
    expectNothingHeld(attachment);
  });

  it.each([undefined, 1])('gives equal prompts one owner each (concurrency %s)', async (limit) => {
    const host = new RecordingHost();
    const model = scriptedModel(
      host,
      undefined,
      limit === undefined ? {} : { maxConcurrency: limit },
    );
    const ask: Node = async () => ({ messages: [await model.invoke('same')] });
    const app = sideBySide({ a: ask, b: ask, c: ask });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.requests.map(({ identity }) => `${identity?.agent}`).toSorted()).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(new Set(host.requests.map(({ identity }) => identity?.call)).size).toBe(3);
    expect(host.requests.map(({ identity }) => identity?.attempt)).toEqual([1, 1, 1]);
    expectNothingHeld(attachment);
  });

  it('counts the attempts of one call', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(
      host,
      () => (host.requests.length <= 1 ? { status: 500 } : { text: 'at last' }),
      { maxRetries: 1 },
    );
    const app = sideBySide({ a: async () => ({ messages: [await model.invoke('again')] }) });
    const attachment = attach(app, host);
    const { messages } = await app.invoke({ messages: [] });
    expect(messages.map(({ text }) => text)).toEqual(['at last']);
    expect(host.requests.map(({ identity }) => identity?.attempt)).toEqual([1, 2]);
    expect(new Set(host.requests.map(({ identity }) => identity?.call)).size).toBe(1);
    expectNothingHeld(attachment);
  }, 20_000);

  it('forgets a stream that its node left, and still counts its call', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host, () => ({ text: 'one two three' }));
    const app = new StateGraph(MessagesAnnotation)
      .addNode('a', async () => {
        for await (const chunk of await model.stream('left early')) if (chunk.text !== '') break;
        return {};
      })
      .addNode('b', async () => ({ messages: [await model.invoke('after')] }))
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .compile();
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.identityOf('after').previous).toBe(host.identityOf('left early').call);
    expectNothingHeld(attachment);
  });

  it('falls back on the async context when the model announces nothing', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const app = sideBySide({
      a: async () => {
        const events = [];
        for await (const event of model.streamEvents('native', {})) events.push(event);
        await model.invoke('then');
        return {};
      },
    });
    const attachment = attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.identityOf('native')).toMatchObject({ agent: 'a', attempt: 1 });
    expect(host.identityOf('then').previous).toBe(host.identityOf('native').call);
    expectNothingHeld(attachment);
  });

  it('knows prompts in parts, with turns without text', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const prompt = [
      new SystemMessage('be brief'),
      new HumanMessage({ content: [{ type: 'text', text: 'parts' }] }),
      new AIMessage({ content: '', tool_calls: [{ id: 'c', name: 'clock', args: {} }] }),
      new HumanMessage('and then?'),
    ];
    const app = sideBySide({ a: async () => ({ messages: [await model.invoke(prompt)] }) });
    attach(app, host);
    await app.invoke({ messages: [] });
    expect(host.identityOf('and then?').agent).toBe('a');
  });

  it('knows nothing of requests from outside a run, nor of bodies that are no prompt', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const app = sideBySide({
      a: async () => {
        expect(host.see({ model: 'm', input: ['a text', 'to embed'] })).toBeUndefined();
        return {};
      },
    });
    attach(app, host);
    await model.invoke('outside');
    expect(host.requests[0]?.identity).toBeUndefined();
    await app.invoke({ messages: [] });
    expect(host.requests).toHaveLength(2);
  });

  it('gives the run’s metadata along', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const app = sideBySide({ a: async () => ({ messages: [await model.invoke('whose?')] }) });
    attach(app, host);
    await app.invoke({ messages: [] }, { metadata: { tenant: 'acme' } });
    expect(host.identityOf('whose?').metadata).toMatchObject({ tenant: 'acme' });
  });

  it('names a model inside a tool by the tool node', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host, (body, prompt) => {
      const asksForTool = Array.isArray(body['tools']) && prompt === 'go';
      return asksForTool ? { tools: [{ name: 'ponder' }, { name: 'ponder' }] } : { text: 'done' };
    });
    let asked = 0;
    const ponder = tool(
      async () => {
        asked += 1;
        return (await model.invoke(`pondering ${asked}`)).text;
      },
      { name: 'ponder', description: 'thinks', schema: z.object({}) },
    );
    const agent = createAgent({ model, tools: [ponder] });
    const attachment = attach(agent, host);
    await agent.invoke({ messages: [new HumanMessage('go')] });
    const [first, ...tools] = host.requests.map(({ identity }) => identity);
    const last = tools.pop();
    expect(tools.map((identity) => identity?.agent)).toEqual(['tools', 'tools']);
    expect(tools.map((identity) => identity?.previous)).toEqual([first?.call, first?.call]);
    expect(tools.map((identity) => identity?.call)).toContain(last?.previous);
    expect(attachment.topology().agents).toEqual(['model_request', 'tools']);
    expectNothingHeld(attachment);
  });

  it('knows the tasks of the functional API', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const step = task('step', async (text: string) => (await model.invoke(text)).text);
    const app = entrypoint({ name: 'flow' }, async () => {
      await model.invoke('first');
      await step('second');
      return step('third');
    });
    const attachment = attach(app, host);
    await app.invoke('x');
    const identities = ['first', 'second', 'third'].map((prompt) => host.identityOf(prompt));
    expect(identities.map(({ agent }) => agent)).toEqual(['flow', 'flow/step', 'flow/step']);
    expect(identities.map(({ previous }) => previous)).toEqual([
      undefined,
      identities[0]?.call,
      identities[1]?.call,
    ]);
    expect(host.dispatchOf('flow/step').parent).toBe(host.dispatchOf('flow').dispatch);
    expectNothingHeld(attachment);
  });

  it('takes side-by-side calls of one node for no successors of each other', async () => {
    const host = new RecordingHost();
    const model = scriptedModel(host);
    const app = sideBySide({
      a: async () => {
        await model.invoke('plan');
        await Promise.all(['x', 'y', 'z'].map(async (text) => model.invoke(text)));
        await model.invoke('sum');
        return {};
      },
    });
    attach(app, host);
    await app.invoke({ messages: [] });
    const plan = host.identityOf('plan').call;
    const parts = ['x', 'y', 'z'].map((text) => host.identityOf(text));
    expect(parts.map(({ previous }) => previous)).toEqual([plan, plan, plan]);
    expect(parts.map(({ call }) => call)).toContain(host.identityOf('sum').previous);
  });
});
