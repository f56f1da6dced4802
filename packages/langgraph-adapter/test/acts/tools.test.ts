import { ToolMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import {
  Command,
  END,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { createAgent, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PassageVerdict } from '@entresol/runtime-core';
import { attach } from '../../src/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { scriptedModel } from '../scripted-model.ts';
import { thread } from '../setting.ts';

const question = { messages: [{ role: 'user' as const, content: 'refund me' }] };

/** A tool that counts its runs, and a model that calls it once and then says what it saw. */
function setting() {
  const host = new RecordingHost();
  const runs: number[] = [];
  const refund = tool(
    ({ euros }): string => {
      runs.push(euros);
      return `refunded ${euros}`;
    },
    { name: 'refund', description: 'refunds', schema: z.object({ euros: z.number() }) },
  );
  const model = scriptedModel(host, (body) => {
    const last: unknown = Array.isArray(body['messages']) ? body['messages'].at(-1) : undefined;
    const asked = JSON.stringify(last).includes('"role":"user"');
    return asked ? { tools: [{ name: 'refund', args: { euros: 9 } }] } : { text: 'done' };
  });
  return { host, runs, refund, model };
}
type Setting = ReturnType<typeof setting>;

/** The same small agent, built in three ways. */
const builders = {
  createAgent: ({ model, refund }: Setting) =>
    createAgent({ model, tools: [refund], checkpointer: new MemorySaver() }).graph,
  'a langgraph ToolNode': ({ model, refund }: Setting) =>
    new StateGraph(MessagesAnnotation)
      .addNode('model', async ({ messages }) => ({
        messages: [await model.bindTools([refund]).invoke(messages)],
      }))
      .addNode('tools', new ToolNode([refund]))
      .addEdge(START, 'model')
      .addConditionalEdges(
        'model',
        ({ messages }) => (messages.at(-1)?.text === 'done' ? END : 'tools'),
        ['tools', END],
      )
      .addEdge('tools', 'model')
      .compile({ checkpointer: new MemorySaver() }),
};

interface App {
  invoke(input: object, config: object): Promise<{ readonly messages: readonly BaseMessage[] }>;
}

function toolMessages({ messages }: Awaited<ReturnType<App['invoke']>>): readonly ToolMessage[] {
  return messages.filter((message): message is ToolMessage => ToolMessage.isInstance(message));
}

function saying(host: RecordingHost, verdict: PassageVerdict): void {
  host.decide = (occasion) => (occasion.type === 'tool' ? verdict : undefined);
}

/** What the app sees of a tool that throws. */
async function failing(build: (given: Setting) => App, attached: boolean): Promise<unknown> {
  const given = setting();
  saying(given.host, { verdict: 'go' });
  const broken = tool(
    (): string => {
      throw new RangeError('the till is empty');
    },
    { name: 'refund', description: 'refunds', schema: z.object({ euros: z.number() }) },
  );
  const app = build({ ...given, refund: broken });
  if (attached) attach(app, given.host);
  try {
    const result = await app.invoke(question, thread('T'));
    return toolMessages(result).map(({ content, status }) => [content, status]);
  } catch (error) {
    return error instanceof Error ? [error.name, error.message] : error;
  }
}

describe.each(Object.entries(builders))('a tool of %s', (_kind, build) => {
  const open = (verdict: PassageVerdict) => {
    const given = setting();
    saying(given.host, verdict);
    const app: App = build(given);
    const attachment = attach(app, given.host);
    return { ...given, app, attachment };
  };

  it('is asked about with its session, its arguments and the agent that calls it', async () => {
    const { app, host, runs, attachment } = open({ verdict: 'go' });
    const result = await app.invoke(question, thread('T'));
    const [agent] = attachment.topology().agents;
    const asked = host.passages.filter(({ type }) => type === 'tool');
    expect(asked).toEqual([
      { type: 'tool', session: 'T', agent, tool: 'refund', args: { euros: 9 } },
    ]);
    expect(runs).toEqual([9]);
    expect(toolMessages(result)).toMatchObject([{ content: 'refunded 9', name: 'refund' }]);
    // The agent that follows its tools follows itself.
    const steps = host.passages.filter(({ type }) => type === 'transition');
    expect(steps).toMatchObject([{ to: agent }, { from: agent, to: agent }]);
    expect(steps[0]).not.toHaveProperty('from');
  });

  it('that is rejected does not run, and the model reads the reason', async () => {
    const { app, runs, host } = open({ verdict: 'reject', reason: 'law: no refunds' });
    const result = await app.invoke(question, thread('T'));
    expect(runs).toEqual([]);
    expect(toolMessages(result)).toMatchObject([
      { content: 'law: no refunds', status: 'error', name: 'refund' },
    ]);
    expect(JSON.stringify(host.requests.at(-1)?.body)).toContain('law: no refunds');
  });

  it('that is served does not run, and its value stands for the result', async () => {
    const { app, runs } = open({ verdict: 'serve', value: { refunded: 9 } });
    const result = await app.invoke(question, thread('T'));
    expect(runs).toEqual([]);
    expect(toolMessages(result)).toMatchObject([
      { content: '{"refunded":9}', status: 'success', name: 'refund' },
    ]);
  });

  it.each([
    [true, [9], 'refunded 9'],
    [false, [], 'the user did not approve it'],
  ] as const)('that needs approval waits for the answer %s', async (answer, ran, content) => {
    const { app, runs } = open({ verdict: 'approve', question: 'desk: sure?' });
    const asked = await app.invoke(question, thread('T'));
    expect(asked).toMatchObject({
      __interrupt__: [
        {
          value: {
            question: 'desk: sure?',
            session: 'T',
            subject: { type: 'tool', tool: 'refund', args: { euros: 9 } },
          },
        },
      ],
    });
    expect(runs).toEqual([]);
    const result = await app.invoke(new Command({ resume: answer }), thread('T'));
    expect(runs).toEqual(ran);
    expect(toolMessages(result)).toMatchObject([{ content }]);
  });

  it('that is held runs when the hold is over', async () => {
    const { app, runs, host } = open({ verdict: 'go' });
    const held = Promise.withResolvers<PassageVerdict>();
    const asked = Promise.withResolvers<void>();
    host.passage = ({ type }) => {
      if (type !== 'tool') return undefined;
      asked.resolve();
      return held.promise;
    };
    const run = app.invoke(question, thread('T'));
    await asked.promise;
    expect(runs).toEqual([]);
    held.resolve({ verdict: 'go' });
    await run;
    expect(runs).toEqual([9]);
  });

  it('is the very tool it was after detach', async () => {
    const { app, attachment, host, runs } = open({ verdict: 'reject', reason: 'no' });
    attachment.detach();
    await app.invoke(question, thread('T'));
    expect(runs).toEqual([9]);
    expect(host.passages).toEqual([]);
  });

  it('fails as it would without gates', async () => {
    expect(await failing(build, true)).toEqual(await failing(build, false));
  });
});
