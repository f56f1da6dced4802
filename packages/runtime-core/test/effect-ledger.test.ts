import { onTestFinished, describe, expect, it } from 'vitest';
import { createRuntime } from '../src/index.ts';
import type { Policy, PolicyContext, Runtime, RuntimeEvent } from '../src/index.ts';
import { contextOver, type World } from '../src/decision-record.ts';
import { PolicyHost } from '../src/policy-host.ts';
import { PolicyTrial } from '../src/policy-trial.ts';
import { Sample, welchMargin } from '../src/sample.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { memoryStore } from './support/memory-store.ts';
import { policyOf } from './support/setting.ts';

const driver = new FakeDriver();
const world: World = {
  residency: driver.residency,
  cost: () => driver.cost,
  load: () => driver.load(),
  nextPrefix: () => undefined,
};
const blockMs = 1_000;
/** The same draws in the runtime and in the test. */
const key = (): number => 0.25;
const at = { workload: 'w', session: 's', dispatch: 'd', agent: 'a' };

function opened(policy: Policy): {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
  readonly state: ReturnType<typeof memoryStore>;
} {
  const clock = new ManualClock();
  const state = memoryStore();
  const runtime = createRuntime({
    engines: new FakeDriver(),
    clock,
    state,
    random: key,
    policies: [policy],
    trial: { holdout: 0.5, blockMs },
  });
  onTestFinished(() => runtime.close());
  return { runtime, clock, state };
}

/** One call that took `ttftMs` and read `cacheRead` of 100 tokens. */
function call(
  runtime: Runtime,
  clock: ManualClock,
  session: string,
  { ttftMs, cacheRead }: { readonly ttftMs: number; readonly cacheRead: number },
): void {
  const of = { ...at, session, call: `${session}-${clock.now()}` };
  const say = (event: RuntimeEvent): void => runtime.observe(event);
  say({ type: 'call-start', atMs: clock.now(), ...of, prefixes: [], attempt: 1 });
  clock.advanceBy(ttftMs);
  say({ type: 'call-first-token', atMs: clock.now(), ...of });
  const usage = { input: 100, cacheRead, output: 5 };
  say({ type: 'call-end', atMs: clock.now(), ...of, usage });
}

/** Does the policy act now? Asked through a layout, which changes nothing. */
function probe(interference: Policy['interference']): {
  readonly policy: Policy;
  readonly trial: PolicyTrial;
} {
  const policy = policyOf({ name: 'probe', mode: 'on', interference });
  const trial = new PolicyTrial(new ManualClock(), { holdout: 0.5, blockMs }, key);
  return { policy, trial };
}

describe('trial', () => {
  it('leaves a share of sessions alone, the same ones always, and half of the blocks', () => {
    const { policy, trial } = probe('none');
    const sessions = Array.from({ length: 1_000 }, (_, n) => trial.actsInSession(policy, `s${n}`));
    const acted = sessions.filter(Boolean).length;
    expect(acted).toBeGreaterThan(450);
    expect(acted).toBeLessThan(550);
    expect(trial.actsInSession(policy, 's1')).toBe(sessions[1]);
    for (let pair = 0; pair < 20; pair++) {
      const [first, second] = [2 * pair, 2 * pair + 1].map((n) => trial.actsInBlock(policy, n));
      expect(first).toBe(second !== true);
    }
  });

  it('never takes a guard away', () => {
    const { trial } = probe('none');
    const guard = policyOf({ failure: 'closed' });
    expect(trial.kindOf(guard)).toBe('none');
    expect(trial.acts(guard, 's')).toBe(true);
  });

  it('asks nothing of a policy where it does not act', () => {
    const policy = policyOf({
      mode: 'on',
      score: { prefix: () => undefined },
      act: { inline: () => [{ kind: 'annotate' }] },
    });
    const host = new PolicyHost([policy], { acts: (_, session) => session === 's1' });
    const wishes = (session: string): number => {
      const occasion = { type: 'tool', session, agent: 'a', tool: 't', args: {} } as const;
      const context = (): PolicyContext => contextOver(host, world, 0);
      return host.inline(occasion, context, { defaultMode: 'on', stopped: false }).length;
    };
    expect([wishes('s1'), wishes('s2')]).toStrictEqual([1, 0]);
    expect(host.ranks('on')).toBe(false);
  });

  it.each([
    [{ holdout: 1 }, 'trial.holdout must be above 0 and below 1, got 1'],
    [{ blockMs: 0 }, 'trial.blockMs must be 1 or more milliseconds, got 0'],
  ])('refuses %o', (trial, message) => {
    expect(() => createRuntime({ engines: new FakeDriver(), trial })).toThrow(message);
  });
});

describe('ledger', () => {
  it('says a gain and a loss as what they are, by sessions that were left alone', () => {
    const { policy, trial } = probe('none');
    const { runtime, clock } = opened(policy);
    for (let n = 0; n < 60; n++) {
      const acts = trial.actsInSession(policy, `s${n}`);
      // More hits, and slower answers.
      const noise = n % 5;
      const met = acts
        ? { cacheRead: 60 + noise, ttftMs: 30 + noise }
        : { cacheRead: 40 + noise, ttftMs: 20 + noise };
      call(runtime, clock, `s${n}`, met);
      runtime.closeSession(`s${n}`);
    }
    const [entry] = runtime.ledger();
    expect(entry).toMatchObject({ policy: 'probe', measuredBy: 'holdout', unit: 'session' });
    const effects = entry?.measuredBy === 'holdout' ? entry.effects : [];
    const [hits, ttft] = effects;
    expect(hits).toMatchObject({ metric: 'net-hit-rate', verdict: 'gain' });
    expect(ttft).toMatchObject({ metric: 'ttft-ms', verdict: 'loss' });
    expect(hits?.low).toBeGreaterThan(0.17);
    expect(hits?.high).toBeLessThan(0.23);
    expect((hits?.units.with ?? 0) + (hits?.units.without ?? 0)).toBe(60);
  });

  it('counts the second half of each block only', () => {
    const { policy: plain, trial } = probe('endpoint');
    const policy: Policy = { ...plain, score: { prefix: () => undefined } };
    const { runtime, clock } = opened(policy);
    for (let block = 0; block < 24; block++) {
      const acts = trial.actsInBlock(policy, block);
      // What the block before left in the cache shows in the first half.
      call(runtime, clock, 's', { cacheRead: acts ? 0 : 90, ttftMs: 100 });
      clock.advanceBy(blockMs * 0.6 - 100);
      call(runtime, clock, 's', { cacheRead: (acts ? 60 : 40) + (block % 3), ttftMs: 10 });
      clock.advanceBy(blockMs * 0.4 - 10);
    }
    call(runtime, clock, 's', { cacheRead: 0, ttftMs: 1 });
    const [entry] = runtime.ledger();
    expect(entry).toMatchObject({ measuredBy: 'switchback', unit: 'block' });
    const [hits, ttft] = entry?.measuredBy === 'switchback' ? entry.effects : [];
    expect(hits).toMatchObject({ verdict: 'gain', units: { without: 12, with: 12 } });
    expect(hits?.with).toBeCloseTo(0.61, 2);
    expect(hits?.without).toBeCloseTo(0.41, 2);
    expect(ttft).toMatchObject({ verdict: 'open', without: 10, with: 10 });
  });

  it('says how many units are still needed where it cannot tell yet', () => {
    const { policy } = probe('none');
    const { runtime, clock } = opened(policy);
    call(runtime, clock, 's1', { cacheRead: 50, ttftMs: 10 });
    runtime.closeSession('s1');
    const [entry] = runtime.ledger();
    const [hits] = entry?.measuredBy === 'holdout' ? entry.effects : [];
    expect(hits).toMatchObject({ verdict: 'open', low: undefined, stillNeeded: 5 });
  });

  it('says why nothing is measured, and is saved with the state', async () => {
    const shadow = policyOf({ name: 'p', mode: 'shadow' });
    const without = createRuntime({ engines: new FakeDriver(), policies: [shadow] });
    expect(without.ledger()).toStrictEqual([
      {
        policy: 'p',
        mode: 'shadow',
        measuredBy: 'nothing',
        why: 'createRuntime({ trial }) is not set',
      },
    ]);
    await without.close();
    const { runtime, state } = opened(shadow);
    await runtime.ready;
    await runtime.close();
    expect(JSON.parse((await state.read('ledger')) ?? '')).toStrictEqual([
      { policy: 'p', mode: 'shadow', measuredBy: 'nothing', why: 'it does not act' },
    ]);
  });
});

describe('welchMargin', () => {
  it('is what tables say', () => {
    const [a, b] = [new Sample(), new Sample()];
    for (const value of [1, 2, 3, 4, 5]) a.add(value);
    for (const value of [2, 4, 6, 8, 10]) b.add(value);
    // Variances 2.5 and 10, 5 each: error sqrt(2.5), 5.882 degrees of freedom, t = 2.459.
    expect(welchMargin(a, b)).toBeCloseTo(2.459 * Math.sqrt(2.5), 1);
    expect(welchMargin(new Sample(), b)).toBeUndefined();
  });
});
