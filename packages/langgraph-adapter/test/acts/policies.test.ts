import { createRuntime } from '@entresol/runtime-core';
import type { Directive, InlineOccasion, Policy, Runtime } from '@entresol/runtime-core';
import { FakeDriver, ManualClock, countingIds } from '@entresol/runtime-core/testing';
import {
  Annotation,
  Command,
  END,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { AIMessage } from '@langchain/core/messages';
import { MessagesAnnotation } from '@langchain/langgraph';
import { tool } from 'langchain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { attach, TransitionRejectedError } from '../../src/index.ts';
import { thread } from '../setting.ts';

/** A runtime over a fake engine, with one policy that says this. */
async function open(
  inline: (occasion: InlineOccasion) => readonly Directive[],
  changes: Partial<Policy> = {},
): Promise<Runtime> {
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock: new ManualClock(),
    ids: countingIds(),
    policies: [{ name: 'law', mode: 'on', interference: 'none', act: { inline }, ...changes }],
  });
  onTestFinished(() => runtime.close());
  await runtime.ready;
  return runtime;
}

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
});
const note = (name: string) => () => ({ log: [name] });

function line() {
  return new StateGraph(State)
    .addNode('triage', note('triage'))
    .addNode('billing', note('billing'))
    .addEdge(START, 'triage')
    .addEdge('triage', 'billing');
}

const failing = (): never => {
  throw new TypeError('a bug of the policy');
};

const asking = (): readonly Directive[] => [{ kind: 'approve', question: 'sure?' }];

describe('policies of a real runtime', () => {
  it('cannot serve a step: refused, counted in both reports, and the step happens', async () => {
    const runtime = await open(() => [
      { kind: 'serve', lookup: () => Promise.resolve({ value: {} }) },
    ]);
    const app = line().compile();
    const attachment = attach(app, runtime);
    expect(await app.invoke({ log: [] })).toEqual({ log: ['triage', 'billing'] });
    expect(runtime.report().refusedDirectives).toEqual({ 'serve-transition': 2 });
    expect(attachment.report().refusedDirectives).toEqual({ 'serve-transition': 2 });
  });

  it('cannot ask without a checkpointer: open goes on, closed is rejected', async () => {
    const lenient = line().compile();
    attach(lenient, await open(asking));
    expect(await lenient.invoke({ log: [] })).toEqual({ log: ['triage', 'billing'] });
    const strict = line().compile();
    attach(strict, await open(asking, { failure: 'closed' }));
    await expect(strict.invoke({ log: [] })).rejects.toThrow(/law: nobody can be asked here/u);
  });

  it('let everything pass when they fail open, nothing when they fail closed', async () => {
    const lenient = line().compile();
    attach(lenient, await open(failing));
    expect(await lenient.invoke({ log: [] })).toEqual({ log: ['triage', 'billing'] });
    const strict = line().compile();
    attach(strict, await open(failing, { failure: 'closed' }));
    await expect(strict.invoke({ log: [] })).rejects.toThrow(TransitionRejectedError);
  });

  it('are asked again for each attempt at a node', async () => {
    let asked = 0;
    const runtime = await open((occasion) => {
      if (occasion.type !== 'transition' || occasion.to !== 'billing') return [];
      asked += 1;
      return asked < 3 ? [{ kind: 'reject', reason: 'not yet' }] : [];
    });
    const app = new StateGraph(State)
      .addNode('billing', note('billing'), {
        retryPolicy: { maxAttempts: 3, initialInterval: 1, retryOn: () => true, logWarning: false },
      })
      .addEdge(START, 'billing')
      .compile();
    attach(app, runtime);
    expect(await app.invoke({ log: [] })).toEqual({ log: ['billing'] });
    expect(asked).toBe(3);
  });

  it('ask about several tools of one message, one after the other', async () => {
    const runtime = await open(({ type }) =>
      type === 'tool' ? [{ kind: 'approve', question: 'sure?' }] : [],
    );
    const runs: string[] = [];
    const named = (name: string) =>
      tool((): string => String(runs.push(name)), {
        name,
        description: name,
        schema: z.object({}),
      });
    const tool_calls = ['one', 'two'].map((name) => ({ name, args: {}, id: name }));
    const app = new StateGraph(MessagesAnnotation)
      .addNode('model', () => ({ messages: [new AIMessage({ content: '', tool_calls })] }))
      .addNode('tools', new ToolNode([named('one'), named('two')]))
      .addEdge(START, 'model')
      .addEdge('model', 'tools')
      .compile({ checkpointer: new MemorySaver() });
    attach(app, runtime);
    await app.invoke({ messages: [] }, thread('T'));
    await app.invoke(new Command({ resume: true }), thread('T'));
    const { messages } = await app.invoke(new Command({ resume: false }), thread('T'));
    // LangGraph runs the whole node anew: the first tool ran when the second was still to be asked about.
    expect(runs).not.toContain('two');
    expect(messages.slice(-2).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^\d$/u),
      'the user did not approve it',
    ]);
  });
});

/** Says go in the longest way: a hold on a call that is long over, resolved a turn later. */
const slowGo = (): readonly Directive[] => [
  { kind: 'hold', until: { call: 'over', event: 'call-end' }, maxMs: 1_000 },
];

function wide() {
  const inner = new StateGraph(State)
    .addNode('web', note('web'))
    .addNode('read', note('read'))
    .addEdge(START, 'web')
    .addEdge('web', 'read')
    .compile();
  return new StateGraph(State)
    .addNode('fan', note('fan'))
    .addNode('left', note('left'))
    .addNode('right', inner)
    .addNode('item', ({ n }: { readonly n?: number }) => ({ log: [`item ${n}`] }))
    .addNode('last', () => new Command({ update: { log: ['last'] }, goto: 'after' }), {
      ends: ['after'],
    })
    .addNode('after', note('after'))
    .addEdge(START, 'fan')
    .addEdge('fan', 'left')
    .addEdge('fan', 'right')
    .addConditionalEdges('left', () => [1, 2].map((n) => new Send('item', { n })), ['item'])
    .addEdge(['item', 'right'], 'last')
    .addEdge('after', END);
}

describe('a policy that always says go, a turn later', () => {
  it('leaves results, states and the chunks of each superstep as they are', async () => {
    const runtime = await open(slowGo);
    const observe = async (attached: boolean) => {
      const app = wide().compile({ checkpointer: new MemorySaver() });
      const attachment = attached ? attach(app, runtime) : undefined;
      const result = await app.invoke({ log: [] }, thread('I'));
      const chunks: string[] = [];
      const stream = await app.stream(
        { log: [] },
        { ...thread('S'), streamMode: 'updates', subgraphs: false },
      );
      for await (const chunk of stream) chunks.push(JSON.stringify(chunk));
      const { values, next } = await app.getState(thread('S'));
      attachment?.detach();
      return { result, chunks: chunks.toSorted(), values, next };
    };
    const bare = await observe(false);
    expect(bare.result.log).toEqual(expect.arrayContaining(['read', 'item 2', 'after']));
    expect(await observe(true)).toEqual(bare);
    expect(runtime.report().refusedDirectives).toEqual({});
  });

  it('lets errors and aborts through as they are', async () => {
    const runtime = await open(slowGo);
    const outcome = async (attached: boolean, abort?: AbortController): Promise<unknown> => {
      const app = new StateGraph(State)
        .addNode('bad', () => {
          abort?.abort(new Error('the user has left'));
          throw new RangeError('broken');
        })
        .addEdge(START, 'bad')
        .compile();
      if (attached) attach(app, runtime);
      const error: unknown = await app
        .invoke({ log: [] }, abort === undefined ? {} : { signal: abort.signal })
        .catch((thrown: unknown) => thrown);
      return error instanceof Error ? [error.constructor.name, error.message] : error;
    };
    expect(await outcome(true)).toEqual(await outcome(false));
    expect(await outcome(true, new AbortController())).toEqual(
      await outcome(false, new AbortController()),
    );
  });
});
