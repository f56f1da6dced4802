import { describe, expect, it } from 'vitest';
import { contextOver } from '../src/decision-record.ts';
import type { Intent, Policy, PolicyContext, RuntimeEvent } from '../src/index.ts';
import { PolicyHost } from '../src/policy-host.ts';
import { FakeDriver, ManualClock, buildEvents, countingIds } from '../src/testing/index.ts';
import { policyOf, prefixOf } from './support/setting.ts';

const driver = new FakeDriver();
const worth = { reuse: 1, gainMs: 1, keep: 1 };
const event: RuntimeEvent = buildEvents({ clock: new ManualClock(), ids: countingIds() }).start(
  's',
);

function contextOf(host: PolicyHost): PolicyContext {
  const { residency } = driver;
  const world = {
    residency,
    cost: () => driver.cost,
    load: () => driver.load(),
    nextPrefix: () => undefined,
  };
  return contextOver(host, world, 0);
}

function throwing(): never {
  throw new Error('a bug of the policy');
}

const broken: Policy = {
  name: 'broken',
  mode: 'on',
  interference: 'none',
  observe: throwing,
  predict: { nextAgent: throwing },
  score: { prefix: throwing },
  act: { inline: throwing, background: throwing },
  state: { version: 1, save: throwing, load: throwing },
};

describe('PolicyHost isolation', () => {
  it('keeps a throwing policy from the others, counts it, and switches it off after 5 faults', () => {
    const seen: string[] = [];
    const sound = policyOf({ name: 'sound', observe: ({ type }) => void seen.push(type) });
    const host = new PolicyHost([broken, sound]);
    for (let at = 0; at < 4; at += 1) host.observe(event, contextOf(host));
    expect(host.report('on')[0]).toMatchObject({ faults: 4, switchedOff: false });
    for (let at = 0; at < 6; at += 1) host.observe(event, contextOf(host));
    expect(host.report('on')).toStrictEqual([
      { name: 'broken', mode: 'on', faults: 5, switchedOff: true },
      { name: 'sound', mode: 'on', faults: 0, switchedOff: false },
    ]);
    expect(seen).toHaveLength(10);
  });

  it('answers for a policy that throws as if it had nothing to say', () => {
    const host = new PolicyHost([broken]);
    const context = contextOf(host);
    expect(host.nextAgent({ session: 's' }, context)).toStrictEqual([]);
    expect(host.worth(prefixOf('p'), 1, context)).toBeUndefined();
    expect(host.background({ type: 'tick' }, context, 'on')).toStrictEqual([]);
    expect(host.saved()).toStrictEqual([]);
    expect(host.report('on')[0]?.faults).toBe(4);
  });

  it('no longer ranks with a policy that was switched off', () => {
    const host = new PolicyHost([broken]);
    expect(host.ranks('on')).toBe(true);
    for (let at = 0; at < 5; at += 1) host.observe(event, contextOf(host));
    expect(host.ranks('on')).toBe(false);
  });

  it.each(['7', '{"kind":"prefetch"}', '[null]'])(
    'counts wishes that are no list of objects as a fault: %s',
    (text) => {
      // From untyped code.
      const wishes: readonly Intent[] = JSON.parse(text);
      const sloppy = policyOf({ mode: 'on', act: { background: () => wishes } });
      const host = new PolicyHost([sloppy]);
      expect(host.background({ type: 'tick' }, contextOf(host), 'on')).toStrictEqual([]);
      expect(host.report('on')[0]?.faults).toBe(1);
    },
  );
});

/** A policy that wishes and scores, in a mode of its own or without one. */
function acting(mode?: Policy['mode']): PolicyHost {
  const wish: Intent = {
    kind: 'release',
    prefix: prefixOf('p'),
    how: 'drop',
    why: 'kill-switch',
  };
  const act = { background: (): readonly Intent[] => [wish] };
  return new PolicyHost([policyOf({ act, score: { prefix: () => worth }, ...(mode && { mode }) })]);
}

describe('PolicyHost modes', () => {
  it.each([
    [undefined, 'on', 1],
    [undefined, 'shadow', 0],
    ['on', 'shadow', 1],
    ['shadow', 'on', 0],
    ['off', 'on', 0],
  ] as const)(
    'a policy with mode %s on an endpoint of mode %s acts %i times',
    (own, other, times) => {
      const host = acting(own);
      expect(host.background({ type: 'tick' }, contextOf(host), other)).toHaveLength(times);
      expect(host.ranks(other)).toBe(times === 1);
    },
  );

  it('predicts in shadow mode too', () => {
    expect(acting('shadow').worth(prefixOf('p'), 1, contextOf(acting()))).toBe(worth);
  });
});

describe('PolicyHost services', () => {
  it('refuses two policies of one name', () => {
    expect(() => new PolicyHost([policyOf(), policyOf()])).toThrow(
      expect.objectContaining({ code: 'duplicate-policy', value: 'policy' }),
    );
  });

  it.each<[string, Pick<Policy, 'predict' | 'score'>]>([
    ['predict.nextAgent', { predict: { nextAgent: () => [] } }],
    ['predict.outputTokens', { predict: { outputTokens: () => undefined } }],
    ['score.prefix', { score: { prefix: () => undefined } }],
    ['score.call', { score: { call: () => undefined } }],
    ['score.endpoint', { score: { endpoint: () => undefined } }],
    ['score.transition', { score: { transition: () => undefined } }],
  ])('refuses two policies that offer %s, and takes one that is off', (service, offer) => {
    const both = [policyOf({ name: 'a', ...offer }), policyOf({ name: 'b', ...offer })] as const;
    expect(() => new PolicyHost(both)).toThrow(
      expect.objectContaining({
        code: 'duplicate-service',
        value: ['a', 'b'],
        message: expect.stringContaining(service),
      }),
    );
    const other = policyOf({ name: 'b', mode: 'off', ...offer });
    expect(new PolicyHost([both[0], other]).report('on')).toHaveLength(1);
  });

  it('never re-enters a service: a cycle ends with no answer', () => {
    const asked: unknown[] = [];
    const scorer = policyOf({
      name: 'scorer',
      score: {
        prefix(prefix, horizonMs, context) {
          asked.push(context.nextAgent({ session: 's' }));
          return context.worth(prefix, horizonMs) ?? worth;
        },
      },
    });
    const predictor = policyOf({
      name: 'predictor',
      predict: {
        nextAgent(_, context) {
          asked.push(context.worth(prefixOf('p'), 1));
          return [{ agent: 'triage', probability: 1 }];
        },
      },
    });
    const host = new PolicyHost([scorer, predictor]);
    expect(contextOf(host).worth(prefixOf('p'), 1)).toBe(worth);
    // The scorer was answering when the predictor asked it; the predictor's own answer arrived.
    expect(asked).toStrictEqual([undefined, [{ agent: 'triage', probability: 1 }]]);
    expect(host.report('on').map(({ faults }) => faults)).toStrictEqual([0, 0]);
  });

  it('answers again after a service threw', () => {
    let calls = 0;
    const flaky = policyOf({
      score: {
        prefix() {
          calls += 1;
          return calls === 1 ? throwing() : worth;
        },
      },
    });
    const host = new PolicyHost([flaky]);
    expect(contextOf(host).worth(prefixOf('p'), 1)).toBeUndefined();
    expect(contextOf(host).worth(prefixOf('p'), 1)).toBe(worth);
  });
});
