import { attach } from '@entresol/langgraph-adapter';
import { createRuntime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { expect, it, onTestFinished } from 'vitest';
import { toolMemo } from '../../src/tool-memo/index.ts';

const schema = {
  type: 'object',
  properties: { order: { type: 'string' } },
  required: ['order'],
} as const;

const asking = (name = '', at = 0): AIMessage =>
  new AIMessage({ content: '', tool_calls: [{ name, args: { order: '7' }, id: `${name} ${at}` }] });

const asked = (messages: readonly BaseMessage[]): number =>
  messages.filter((message) => message.getType() === 'tool').length;

function setting(calls: readonly string[]) {
  const memo = toolMemo({
    mode: 'on',
    tenants: 'single',
    tools: { status: { ttlMs: 60_000, writtenBy: ['cancel'] } },
  });
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [memo],
  });
  onTestFinished(() => runtime.close());
  const runs: string[] = [];
  let state = 'sent';
  const status = tool(
    (): string => {
      runs.push('status');
      return state;
    },
    { name: 'status', description: 'state of an order', schema },
  );
  const cancel = tool(
    (): string => {
      runs.push('cancel');
      state = 'cancelled';
      return 'done';
    },
    { name: 'cancel', description: 'cancels an order', schema },
  );
  const built = new StateGraph(MessagesAnnotation)
    .addNode('model', ({ messages }) => ({
      messages: [asking(calls[asked(messages)], asked(messages))],
    }))
    .addNode('tools', new ToolNode([status, cancel]))
    .addEdge(START, 'model')
    .addEdge('model', 'tools')
    .addConditionalEdges(
      'tools',
      ({ messages }) => (asked(messages) < calls.length ? 'model' : END),
      ['model', END],
    )
    .compile();
  attach(built, runtime);
  return { app: built, runs, memo };
}

it('serves a repeated call of a ToolNode as the message that it would have been', async () => {
  const { app, runs, memo } = setting(['status', 'status']);
  const { messages } = await app.invoke({ messages: [] });
  expect(runs).toEqual(['status']);
  expect(messages.filter((one) => one.getType() === 'tool').map(({ text }) => text)).toEqual([
    'sent',
    'sent',
  ]);
  expect(memo.figures()).toMatchObject({ served: 1, missed: 1, stored: 1 });
});

it('reads anew after a declared write', async () => {
  const { app, runs } = setting(['status', 'cancel', 'status']);
  const { messages } = await app.invoke({ messages: [] });
  expect(runs).toEqual(['status', 'cancel', 'status']);
  expect(messages.at(-1)?.text).toBe('cancelled');
});
