import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { describe, expect, it, vi } from 'vitest';
import type { PassageOccasion, PassageVerdict } from '@entresol/runtime-core';
import { attach, TransitionRejectedError } from '../../src/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { thread } from '../setting.ts';

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
});

const note = (name: string) => () => ({ log: [name] });

function deskGraph() {
  return new StateGraph(State)
    .addNode('triage', note('triage'))
    .addNode('billing', note('billing'))
    .addEdge(START, 'triage')
    .addEdge('triage', 'billing')
    .addEdge('billing', END);
}

/** A host that says this of the steps to one node, and nothing of others. */
function deciding(to: string, verdict: PassageVerdict): RecordingHost {
  const host = new RecordingHost();
  host.decide = (occasion) =>
    occasion.type === 'transition' && occasion.to === to ? verdict : undefined;
  return host;
}

const steps = ({ passages }: RecordingHost): readonly (readonly (string | undefined)[])[] =>
  passages.flatMap((occasion) =>
    occasion.type === 'transition' ? [[occasion.session, occasion.from, occasion.to]] : [],
  );

describe('a step', () => {
  it('is asked about with its session, where it comes from and where it goes', async () => {
    const host = deciding('nowhere', { verdict: 'go' });
    const app = deskGraph().compile({ checkpointer: new MemorySaver() });
    attach(app, host);
    await app.invoke({ log: [] }, thread('T'));
    expect(steps(host)).toEqual([
      ['T', undefined, 'triage'],
      ['T', 'triage', 'billing'],
    ]);
  });

  it('that is rejected fails the run with the reason, and the node does not run', async () => {
    const host = deciding('billing', { verdict: 'reject', reason: 'law: not today' });
    const app = deskGraph().compile({ checkpointer: new MemorySaver() });
    attach(app, host);
    const error: unknown = await app.invoke({ log: [] }, thread('T')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TransitionRejectedError);
    expect(error).toMatchObject({ code: 'transition-rejected', to: 'billing', value: 'billing' });
    expect(String(error)).toContain('law: not today');
    expect((await app.getState(thread('T'))).values).toEqual({ log: ['triage'] });
    expect(host.endsOf('billing')).toEqual(['failed']);
  });

  it('that is held runs when the hold is over', async () => {
    const host = new RecordingHost();
    const held = Promise.withResolvers<PassageVerdict>();
    host.passage = (occasion) => {
      host.passages.push(occasion);
      return occasion.type === 'transition' && occasion.to === 'billing' ? held.promise : undefined;
    };
    host.decide = () => undefined;
    const app = deskGraph().compile();
    attach(app, host);
    const run = app.invoke({ log: [] });
    await vi.waitFor(() => expect(host.passages).toHaveLength(2));
    held.resolve({ verdict: 'go' });
    expect(await run).toEqual({ log: ['triage', 'billing'] });
  });

  it.each([
    [true, { log: ['triage', 'billing'] }],
    [false, expect.any(TransitionRejectedError)],
    ['yes', expect.any(TransitionRejectedError)],
  ] as const)('that needs approval waits for the answer %s', async (answer, outcome) => {
    const host = deciding('billing', { verdict: 'approve', question: 'desk: sure?' });
    const app = deskGraph().compile({ checkpointer: new MemorySaver() });
    attach(app, host);
    expect(await app.invoke({ log: [] }, thread('T'))).toMatchObject({
      log: ['triage'],
      __interrupt__: [
        {
          value: {
            type: 'entresol-approval',
            question: 'desk: sure?',
            session: 'T',
            agent: 'triage',
            subject: { type: 'transition', to: 'billing' },
          },
        },
      ],
    });
    expect(host.endsOf('billing')).toEqual(['interrupted']);
    const resumed = app.invoke(new Command({ resume: answer }), thread('T'));
    expect(await resumed.catch((error: unknown) => error)).toEqual(outcome);
  });

  it('cannot be approved without a checkpointer: the port says so', async () => {
    const host = new RecordingHost();
    const ports: ReadonlySet<string>[] = [];
    host.decide = () => undefined;
    host.passage = (_occasion: PassageOccasion, port) => {
      ports.push(port.can);
      return undefined;
    };
    const plain = deskGraph().compile();
    attach(plain, host);
    await plain.invoke({ log: [] });
    expect(ports.map((can) => can.has('approve-transition'))).toEqual([false, false]);
    const saved = deskGraph().compile({ checkpointer: new MemorySaver(), name: 'saved' });
    attach(saved, host);
    await saved.invoke({ log: [] }, thread('T'));
    expect(ports.slice(2).map((can) => can.has('approve-transition'))).toEqual([true, true]);
  });

  it('into a subgraph comes from what came before the node that holds it', async () => {
    const inner = new StateGraph(State)
      .addNode('web', note('web'))
      .addNode('read', note('read'))
      .addEdge(START, 'web')
      .addEdge('web', 'read')
      .compile();
    const app = new StateGraph(State)
      .addNode('triage', note('triage'))
      .addNode('research', inner)
      .addEdge(START, 'triage')
      .addEdge('triage', 'research')
      .compile();
    const host = deciding('nowhere', { verdict: 'go' });
    attach(app, host);
    await app.invoke({ log: [] }, thread('T'));
    expect(steps(host)).toEqual([
      ['T', undefined, 'triage'],
      ['T', 'triage', 'research/web'],
      ['T', 'research/web', 'research/read'],
    ]);
  });

  it('inside a subgraph can be approved, beside a question of the node’s own', async () => {
    const inner = new StateGraph(State)
      .addNode('ask', () => ({ log: [`the user said ${interrupt('which one?')}`] }))
      .addEdge(START, 'ask')
      .compile();
    const app = new StateGraph(State)
      .addNode('research', inner)
      .addEdge(START, 'research')
      .compile({ checkpointer: new MemorySaver() });
    const host = deciding('research/ask', { verdict: 'approve', question: 'desk: sure?' });
    attach(app, host);
    expect(await app.invoke({ log: [] }, thread('T'))).toMatchObject({
      __interrupt__: [{ value: { question: 'desk: sure?' } }],
    });
    expect(await app.invoke(new Command({ resume: true }), thread('T'))).toMatchObject({
      __interrupt__: [{ value: 'which one?' }],
    });
    expect(await app.invoke(new Command({ resume: 'two' }), thread('T'))).toEqual({
      log: ['the user said two'],
    });
  });

  it('of an inner graph used on its own is nobody’s business', async () => {
    const inner = new StateGraph(State).addNode('web', note('web')).addEdge(START, 'web').compile();
    const app = new StateGraph(State)
      .addNode('research', inner)
      .addEdge(START, 'research')
      .compile();
    const host = deciding('research/web', { verdict: 'reject', reason: 'no' });
    attach(app, host);
    expect(await inner.invoke({ log: [] })).toEqual({ log: ['web'] });
    expect(host.passages).toEqual([]);
  });

  it('of an inner graph that two graphs of a workload share is asked about once', async () => {
    const inner = new StateGraph(State).addNode('web', note('web')).addEdge(START, 'web').compile();
    const build = () =>
      new StateGraph(State).addNode('research', inner).addEdge(START, 'research').compile();
    const host = deciding('nowhere', { verdict: 'go' });
    const [one, other] = [build(), build()];
    const first = attach(one, host);
    attach(other, host);
    await one.invoke({ log: [] }, thread('T'));
    expect(steps(host)).toHaveLength(1);
    first.detach();
    await other.invoke({ log: [] }, thread('U'));
    expect(steps(host)).toHaveLength(2);
  });
});

describe('gates', () => {
  it('leave nodes untouched under a runtime that only observes', () => {
    const app = deskGraph().compile();
    const bound = Object.values(app.nodes).map((node) => node.bound);
    attach(app, new RecordingHost());
    expect(Object.values(app.nodes).map((node) => node.bound)).toEqual(bound);
    expect(Object.values(app.nodes).every((node, at) => node.bound === bound[at])).toBe(true);
  });

  it('are gone after detach, in whatever order two runtimes leave', async () => {
    const app = deskGraph().compile();
    const bound = app.nodes.billing.bound;
    const hosts = [deciding('billing', { verdict: 'go' }), deciding('billing', { verdict: 'go' })];
    const [first, second] = hosts.map((host) => attach(app, host));
    expect(app.nodes.billing.bound).not.toBe(bound);
    await app.invoke({ log: [] });
    expect(hosts.map((host) => steps(host).length)).toEqual([2, 2]);
    first?.detach();
    first?.detach();
    await app.invoke({ log: [] });
    expect(hosts.map((host) => steps(host).length)).toEqual([2, 4]);
    second?.detach();
    expect(app.nodes.billing.bound).toBe(bound);
    attach(app, hosts[0] ?? new RecordingHost()).detach();
    expect(app.nodes.billing.bound).toBe(bound);
  });
});
