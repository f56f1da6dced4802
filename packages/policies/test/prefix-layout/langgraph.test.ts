import { attach } from '@entresol/langgraph-adapter';
import type { Runtime } from '@entresol/runtime-core';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { expect, it, vi } from 'vitest';
import { prefixLayout } from '../../src/prefix-layout/index.ts';
import { expectStablePrefix, UnstablePrefixError } from '../../src/prefix-layout/testing.ts';

const schema = { type: 'object', properties: { order: { type: 'string' } } } as const;
const lookUp = tool(() => 'sent', { name: 'look-up', description: 'state of an order', schema });
const refund = tool(() => 'done', { name: 'refund', description: 'pays back', schema });

type Desk = (runtime: Runtime) => (input: string) => Promise<unknown>;

/** A desk whose one agent is told `instructions()`, with its tools in the order of `tools()`. */
function deskOf({
  instructions = () => 'You work at a desk.',
  tools = () => [lookUp, refund],
}: {
  readonly instructions?: () => string;
  readonly tools?: () => readonly StructuredToolInterface[];
}): Desk {
  return (runtime) => {
    const model = new ChatOpenAI({
      model: 'm',
      ...runtime.client(),
      configuration: runtime.client(),
    });
    const app = new StateGraph(MessagesAnnotation)
      .addNode('desk', async ({ messages }) => ({
        messages: [
          await model
            .bindTools([...tools()])
            .invoke([new SystemMessage(instructions()), ...messages]),
        ],
      }))
      .addEdge(START, 'desk')
      .compile();
    attach(app, runtime, { id: 'desk' });
    return (input) => app.invoke({ messages: [new HumanMessage(input)] });
  };
}

it('accepts a graph whose agent is always told the same', async () => {
  const stable = await expectStablePrefix(deskOf({}), ['Where is it?', 'And now?']);
  expect(stable).toMatchObject({ desk: { calls: 4 } });
  expect(stable['desk']?.bytes).toBeGreaterThan('You work at a desk.'.length);
});

const aMinuteLater = (): void => void vi.setSystemTime(Date.UTC(2026, 0, 1, 9, 42));

it('fails on a time of day with the byte at which it stands', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 9, 41) });
  const desk = deskOf({
    instructions: () => `You work at a desk. It is ${new Date().toISOString()}.`,
  });
  const failure = expectStablePrefix(desk, ['Where is it?'], { between: aMinuteLater });
  await expect(failure).rejects.toThrow(
    `the prefix of desk changes: call 2 differs at byte 41 of system message 0, where a date stands
  before   a desk. It is 2026-01-01T09:41:00.000Z.
  now      a desk. It is 2026-01-01T09:42:00.000Z.
                                        ^`,
  );
  await expect(failure).rejects.toMatchObject({
    code: 'unstable-prefix',
    value: { agent: 'desk', atByte: 41, what: { part: 'system', message: 0 } },
  });
  vi.useRealTimers();
});

it('fails on tools that change places, and not with the policy that orders them', async () => {
  let calls = 0;
  const desk = deskOf({
    tools: () => {
      calls += 1;
      return calls % 2 === 0 ? [lookUp, refund] : [refund, lookUp];
    },
  });
  await expect(expectStablePrefix(desk, ['a', 'b'])).rejects.toThrow(UnstablePrefixError);
  const policies = [prefixLayout({ mode: 'on', toolOrder: 'by-name' })];
  await expect(expectStablePrefix(desk, ['a', 'b'], { policies })).resolves.toMatchObject({
    desk: { calls: 4 },
  });
});

it('fails when nothing came through the client of the runtime', async () => {
  await expect(expectStablePrefix(() => () => Promise.resolve(), ['a'])).rejects.toMatchObject({
    code: 'nothing-checked',
  });
});
