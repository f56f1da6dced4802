import { describe, expect, it, vi } from 'vitest';
import type {
  Ability,
  Directive,
  FrameworkPort,
  InlineOccasion,
  PassageOccasion,
  Policy,
} from '../src/index.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { chat, openSetting, policyOf } from './support/setting.ts';

const tool: PassageOccasion = {
  type: 'tool',
  session: 's',
  agent: 'triage',
  tool: 'refund',
  args: { euros: 9 },
};
const step: PassageOccasion = { type: 'transition', session: 's', from: 'triage', to: 'billing' };

function portOf(...can: readonly Ability[]): FrameworkPort & { readonly heard: string[] } {
  const heard: string[] = [];
  return { can: new Set(can), heard, refused: (directive) => void heard.push(directive) };
}

const toolPort = portOf('hold-tool', 'reject-tool', 'approve-tool', 'serve-tool');

function saying(directives: readonly Directive[], changes: Partial<Policy> = {}): Policy {
  return policyOf({ mode: 'on', act: { inline: () => directives }, ...changes });
}

const failing = (changes: Partial<Policy>): Policy =>
  policyOf({
    mode: 'on',
    act: {
      inline: () => {
        throw new TypeError('a bug of the policy');
      },
    },
    ...changes,
  });

const serving = (
  lookup: (signal: AbortSignal) => Promise<{ value: unknown } | undefined>,
): Directive => ({ kind: 'serve', lookup });

const law = (changes: Partial<Policy> = {}): Policy => {
  const { mode: _, ...modeless } = saying([{ kind: 'reject', reason: 'no' }], {
    failure: 'closed',
  });
  return { ...modeless, ...changes };
};

describe('a passage', () => {
  it('goes at once, without a promise, where no policy acts inline', async () => {
    const { runtime } = await openSetting({ policies: [policyOf({ mode: 'on' })] });
    expect(runtime.actsInline).toBe(false);
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
  });

  it('goes at once where the policies asked have nothing to say', async () => {
    const asked: InlineOccasion[] = [];
    const inline = (occasion: InlineOccasion): readonly Directive[] => {
      asked.push(occasion);
      return [];
    };
    const { runtime } = await openSetting({
      policies: [policyOf({ mode: 'on', act: { inline } })],
    });
    expect(runtime.actsInline).toBe(true);
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
    expect(asked).toStrictEqual([tool]);
  });

  it('does not ask a policy in shadow mode', async () => {
    const reject = saying([{ kind: 'reject', reason: 'no' }], { mode: 'shadow' });
    const { runtime } = await openSetting({ policies: [reject] });
    expect(runtime.actsInline).toBe(false);
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
  });

  it('does not ask a policy without a mode on an engine shared with others', async () => {
    const { mode: _, ...modeless } = saying([{ kind: 'reject', reason: 'no' }]);
    const driver = new FakeDriver({ capabilities: { exclusive: false } });
    const { runtime } = await openSetting({ driver, policies: [modeless] });
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
  });

  it('is rejected before it is approved, and approved before it is served', async () => {
    const lookup = vi.fn<() => Promise<{ value: number }>>(() => Promise.resolve({ value: 1 }));
    const serve = saying([serving(lookup)], { name: 'memo' });
    const approve = saying([{ kind: 'approve', question: 'sure?' }], { name: 'desk' });
    const reject = saying([{ kind: 'reject', reason: 'no' }], { name: 'law' });
    const all = await openSetting({ policies: [serve, approve, reject] });
    expect(await all.runtime.passage(tool, toolPort)).toStrictEqual({
      verdict: 'reject',
      reason: 'law: no',
    });
    const two = await openSetting({ policies: [serve, approve] });
    expect(await two.runtime.passage(tool, toolPort)).toStrictEqual({
      verdict: 'approve',
      question: 'desk: sure?',
    });
    expect(lookup).not.toHaveBeenCalled();
    const one = await openSetting({ policies: [serve] });
    expect(await one.runtime.passage(tool, toolPort)).toStrictEqual({ verdict: 'serve', value: 1 });
    expect(one.runtime.report().lookups).toStrictEqual({ served: 1 });
  });

  it('waits for the call that a hold names, then looks up what is served', async () => {
    const order: string[] = [];
    const hold: Directive = {
      kind: 'hold',
      until: { call: 'call-1', event: 'call-end' },
      maxMs: 1_000,
    };
    const lookup = (): Promise<undefined> => {
      order.push('looked up');
      return Promise.resolve(undefined);
    };
    const inline = ({ type }: InlineOccasion): readonly Directive[] =>
      type === 'tool' ? [serving(lookup), hold] : [];
    const { runtime, ask } = await openSetting({
      policies: [policyOf({ mode: 'on', act: { inline } })],
    });
    const leader = await ask(chat('triage', 's', ['one'], { stream: true }));
    const passage = runtime.passage(tool, toolPort);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toStrictEqual([]);
    await leader.text();
    expect(await passage).toStrictEqual({ verdict: 'go' });
    expect(order).toStrictEqual(['looked up']);
    expect(runtime.report().lookups).toStrictEqual({ missed: 1 });
  });

  it('does without a lookup that is late, tells it so, and does not ask another', async () => {
    let heard: AbortSignal | undefined;
    const never = serving((signal) => {
      heard = signal;
      return new Promise(() => undefined);
    });
    const other = vi.fn<() => Promise<{ value: number }>>(() => Promise.resolve({ value: 2 }));
    const { runtime, clock } = await openSetting({
      policies: [saying([never, serving(other)])],
      serveDeadlineMs: 40,
    });
    const passage = runtime.passage(tool, toolPort);
    clock.advanceBy(39);
    await Promise.resolve();
    expect(heard?.aborted).toBe(false);
    clock.advanceBy(1);
    expect(await passage).toStrictEqual({ verdict: 'go' });
    expect(heard?.aborted).toBe(true);
    expect(other).not.toHaveBeenCalled();
    expect(runtime.report().lookups).toStrictEqual({ late: 1 });
  });

  it('does without a lookup that fails or misses, and asks the next', async () => {
    const { runtime } = await openSetting({
      policies: [
        saying([
          serving(() => Promise.reject(new Error('store is down'))),
          serving(() => Promise.resolve(undefined)),
          serving(() => Promise.resolve({ value: 'found' })),
        ]),
      ],
    });
    expect(await runtime.passage(tool, toolPort)).toStrictEqual({
      verdict: 'serve',
      value: 'found',
    });
    expect(runtime.report().lookups).toStrictEqual({ failed: 1, missed: 1, served: 1 });
  });

  it('ends with the app: an aborted signal ends the lookup', async () => {
    const abort = new AbortController();
    const { runtime } = await openSetting({
      policies: [saying([serving(() => new Promise(() => undefined))])],
    });
    const passage = runtime.passage(tool, toolPort, abort.signal);
    abort.abort();
    expect(await passage).toStrictEqual({ verdict: 'go' });
  });
});

describe('directives that nobody can carry out', () => {
  it('are refused, counted and told to the port, and the others stand', async () => {
    const port = portOf('reject-transition');
    const { runtime } = await openSetting({
      policies: [
        saying([
          serving(() => Promise.resolve({ value: 1 })),
          { kind: 'annotate', urgency: 1 },
          { kind: 'queue', key: 'k', cost: 1, weight: 1 },
          { kind: 'route', endpoint: 'fake' },
          { kind: 'reject', reason: 'no' },
        ]),
      ],
    });
    expect(await runtime.passage(step, port)).toMatchObject({ verdict: 'reject' });
    const refused = {
      'serve-transition': 1,
      'annotate-transition': 1,
      'queue-transition': 1,
      'route-transition': 1,
    };
    expect(runtime.report().refusedDirectives).toStrictEqual(refused);
    expect(port.heard).toStrictEqual(Object.keys(refused));
    expect(runtime.passage(step, portOf())).toBeUndefined();
    expect(runtime.report().refusedDirectives).toMatchObject({ 'reject-transition': 1 });
  });

  it('are counted on calls too: serve, approve and queue have no place there', async () => {
    const { runtime, ask, driver } = await openSetting({
      policies: [
        saying([
          serving(() => Promise.resolve({ value: 1 })),
          { kind: 'approve', question: 'sure?' },
          { kind: 'queue', key: 'k', cost: 1, weight: 1 },
          { kind: 'route', endpoint: 'nowhere' },
        ]),
      ],
    });
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
    expect(driver.plans).toStrictEqual([{ verdict: 'go', annotate: {} }]);
    expect(runtime.report().refusedDirectives).toStrictEqual({
      'serve-call': 1,
      'approve-call': 1,
      'queue-call': 1,
      'route-call': 1,
    });
  });
});

describe('a policy that fails', () => {
  it('lets pass when it fails open, which is the default', async () => {
    const { runtime } = await openSetting({ policies: [failing({})] });
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
    expect(runtime.report().policies.at(-1)).toMatchObject({ faults: 1 });
  });

  it('rejects when it fails closed, also after it was switched off', async () => {
    const { runtime, ask } = await openSetting({ policies: [failing({ failure: 'closed' })] });
    const reason = 'policy: the policy failed, and what it guards is refused';
    for (let at = 0; at < 6; at += 1) {
      expect(await runtime.passage(tool, toolPort)).toStrictEqual({ verdict: 'reject', reason });
    }
    expect(runtime.report().policies.at(-1)).toMatchObject({ faults: 5, switchedOff: true });
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(403);
  });

  it('rejects where it fails closed and nobody can be asked', async () => {
    const approve: Directive = { kind: 'approve', question: 'sure?' };
    const { runtime, ask } = await openSetting({
      policies: [saying([approve], { failure: 'closed' })],
    });
    const response = await ask(chat('triage', 's', ['hello']));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: { message: 'policy: nobody can be asked here: sure?' },
    });
    expect(runtime.report().refusedDirectives).toStrictEqual({ 'approve-call': 1 });
  });
});

describe('a policy that fails closed', () => {
  it('acts without a mode on an engine shared with others, and says so', async () => {
    const driver = new FakeDriver({ capabilities: { exclusive: false } });
    const { runtime } = await openSetting({ driver, policies: [law()] });
    expect(await runtime.passage(tool, toolPort)).toMatchObject({ verdict: 'reject' });
    expect(runtime.report().policies.at(-1)).toMatchObject({ mode: 'on' });
  });

  it('acts after stopActing, where others fall silent', async () => {
    const open = saying([{ kind: 'approve', question: 'sure?' }], { name: 'open' });
    const { runtime } = await openSetting({ policies: [open, law()] });
    runtime.stopActing();
    expect(await runtime.passage(tool, toolPort)).toMatchObject({ verdict: 'reject' });
    const alone = await openSetting({ policies: [open] });
    alone.runtime.stopActing();
    expect(alone.runtime.passage(tool, toolPort)).toBeUndefined();
  });

  it('is silent in shadow mode', async () => {
    const { runtime } = await openSetting({ policies: [law({ mode: 'shadow' })] });
    expect(runtime.passage(tool, toolPort)).toBeUndefined();
  });
});
