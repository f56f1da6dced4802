import { createRuntime } from '@entresol/runtime-core';
import type { Policy, Runtime, RuntimeEvent } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { attach } from '../../src/index.ts';
import { agentRuntimeMiddleware } from '../../src/middleware/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { scriptedFetch } from '../scripted-model.ts';
import { thread } from '../setting.ts';

const question = { messages: [{ role: 'user' as const, content: 'add up' }] };

/** A host that is a runtime's client too: the scripted model's own `fetch`, which names each request. */
function setting() {
  const host = new RecordingHost();
  const fetch = scriptedFetch(host, (body) => {
    const last: unknown = Array.isArray(body['messages']) ? body['messages'].at(-1) : undefined;
    const asked = JSON.stringify(last).includes('"role":"user"');
    return asked ? { tools: [{ name: 'add', args: { a: 1, b: 2 } }] } : { text: 'done' };
  });
  const runtime = Object.assign(host, {
    client: () => ({ baseURL: 'http://model.invalid/v1', apiKey: 'none', fetch }),
  });
  const sent: unknown[] = [];
  const own: typeof globalThis.fetch = (url) => {
    sent.push(url);
    return Promise.reject(new Error('this request did not go through the runtime'));
  };
  const model = new ChatOpenAI({
    model: 'scripted',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: 'http://model.invalid/v1', fetch: own },
  });
  const sums: number[] = [];
  const add = tool(
    ({ a, b }) => {
      sums.push(a + b);
      return String(a + b);
    },
    { name: 'add', description: 'adds', schema: z.object({ a: z.number(), b: z.number() }) },
  );
  return { host, runtime, model, add, sums, sent };
}

describe('agentRuntimeMiddleware', () => {
  it('observes an agent that nobody attached: session, dispatches, calls in their order, tools', async () => {
    const { host, runtime, model, add, sums, sent } = setting();
    const agent = createAgent({
      model,
      tools: [add],
      name: 'adder',
      checkpointer: new MemorySaver(),
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    const { messages } = await agent.invoke(question, thread('T'));
    expect(messages.at(-1)?.text).toBe('done');
    expect({ sums, sent }).toEqual({ sums: [3], sent: [] });
    expect(host.of('topology-declare')[0]).toMatchObject({
      workload: 'adder',
      topology: { agents: ['model_request'] },
    });
    expect(host.of('session-start')).toMatchObject([{ session: 'T', workload: 'adder' }]);
    expect(host.path).toEqual(['model_request', 'tools', 'model_request']);
    expect(host.of('dispatch-end').map(({ how }) => how)).toEqual(['done', 'done', 'done']);
    expect(host.of('tool-start')).toMatchObject([{ tool: 'add' }]);
    expect(host.of('tool-end')).toHaveLength(1);
    expect(host.of('session-pause')).toHaveLength(1);
    const [first, second] = host.requests.map(({ identity }) => identity);
    expect(first).toMatchObject({ agent: 'model_request', session: 'T', attempt: 1 });
    expect(first?.previous).toBeUndefined();
    expect(second).toMatchObject({ agent: 'model_request', previous: first?.call });
    // A second turn on the same thread follows the first.
    await agent.invoke(question, thread('T'));
    expect(host.of('session-start')).toHaveLength(1);
    expect(host.requests[2]?.identity?.previous).toBe(second?.call);
  });

  it('keeps the runs of an agent without a thread apart', async () => {
    const { host, runtime, model, add } = setting();
    const agent = createAgent({
      model,
      tools: [add],
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    await Promise.all([agent.invoke(question), agent.invoke(question)]);
    const sessions = host.requests.map(({ identity }) => identity?.session);
    expect(new Set(sessions).size).toBe(2);
    expect(sessions).toHaveLength(4);
    expect(host.of('session-close')).toHaveLength(2);
  });

  it('leaves nodes and supersteps of the agent as they are', async () => {
    const { runtime, model, add } = setting();
    const plain = createAgent({ model, tools: [add] });
    const ours = createAgent({
      model,
      tools: [add],
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    expect(Object.keys(ours.graph.nodes)).toEqual(Object.keys(plain.graph.nodes));
    const { metadata } = await (async () => {
      const agent = createAgent({
        model,
        tools: [add],
        checkpointer: new MemorySaver(),
        middleware: [agentRuntimeMiddleware({ runtime })],
      });
      await agent.invoke(question, thread('T'));
      return agent.graph.getState(thread('T'));
    })();
    // __start__ is -1 and 0; model, tools, model.
    expect(metadata).toMatchObject({ step: 3 });
  });

  it('is streamed through as without it', async () => {
    const { host, runtime, model, add } = setting();
    const agent = createAgent({
      model,
      tools: [add],
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    let text = '';
    for await (const [message] of await agent.stream(question, { streamMode: 'messages' })) {
      if (message.getType() === 'ai') text += message.text;
    }
    expect(text).toBe('done');
    expect(host.requests.map(({ identity }) => identity?.agent)).toEqual([
      'model_request',
      'model_request',
    ]);
  });

  it('only brings the client where the agent, or a graph around it, is attached', async () => {
    const { host, runtime, model, add, sent } = setting();
    const agent = createAgent({
      model,
      tools: [add],
      name: 'adder',
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('adder', agent.graph)
      .addEdge(START, 'adder')
      .compile();
    attach(app, runtime, { id: 'outer' });
    await app.invoke(question, thread('T'));
    expect(sent).toEqual([]);
    expect(host.of('dispatch-start').every(({ workload }) => workload === 'outer')).toBe(true);
    expect(host.requests.map(({ identity }) => identity?.agent)).toEqual([
      'adder/model_request',
      'adder/model_request',
    ]);
  });

  it('lets policies act on tools', async () => {
    const { host, runtime, model, add, sums } = setting();
    host.decide = (occasion) =>
      occasion.type === 'tool' ? { verdict: 'serve', value: '7' } : undefined;
    const agent = createAgent({
      model,
      tools: [add],
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    await agent.invoke(question, thread('T'));
    expect(sums).toEqual([]);
    const [link] = host.links;
    expect([...(link?.port.can ?? [])].filter((one) => one.endsWith('-transition'))).toEqual([]);
    expect(host.passages).toEqual([
      { type: 'tool', session: 'T', agent: 'model_request', tool: 'add', args: { a: 1, b: 2 } },
    ]);
    expect(JSON.stringify(host.requests.at(-1)?.body)).toContain('"content":"7"');
  });

  it('ends what failed as failed, and the app sees the failure', async () => {
    const { host, runtime, model } = setting();
    const broken = tool(
      () => {
        throw new RangeError('overflow');
      },
      { name: 'add', description: 'adds', schema: z.object({ a: z.number(), b: z.number() }) },
    );
    const agent = createAgent({
      model,
      tools: [broken],
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    await expect(agent.invoke(question)).rejects.toThrow('overflow');
    expect(host.of('tool-fail')).toHaveLength(1);
    expect(host.endsOf('tools')).toEqual(['failed']);
  });
});

async function open(policies: readonly Policy[]): Promise<Runtime> {
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies,
  });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  return runtime;
}

describe('agentRuntimeMiddleware on a real runtime', () => {
  it('manages every call of the agent', async () => {
    const events: RuntimeEvent[] = [];
    const runtime = await open([
      { name: 'ear', interference: 'none', observe: (event) => void events.push(event) },
    ]);
    const model = new ChatOpenAI({ model: 'm', apiKey: 'none', maxRetries: 0 });
    const agent = createAgent({
      model,
      name: 'a',
      middleware: [agentRuntimeMiddleware({ runtime })],
    });
    await agent.invoke(question, thread('T'));
    expect(runtime.report()).toMatchObject({ managedCalls: 1, unmanagedCalls: 0 });
    expect(events.map(({ type }) => type).filter((type) => type !== 'engine-store')).toEqual([
      'topology-declare',
      'session-start',
      'dispatch-start',
      'call-start',
      'call-send',
      'call-end',
      'dispatch-end',
      'session-pause',
    ]);
  });
});
