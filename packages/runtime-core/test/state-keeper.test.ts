import { describe, expect, it } from 'vitest';
import { createRuntime, type Policy } from '../src/index.ts';
import { PolicyHost } from '../src/policy-host.ts';
import { StateKeeper } from '../src/state-keeper.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { openSetting, policyOf } from './support/setting.ts';
import { memoryStore, type MemoryStore } from './support/memory-store.ts';

/** A policy that learns one number. */
class Learner {
  learned = 0;
  readonly policy: Policy = policyOf({
    name: 'learner',
    state: {
      version: 2,
      save: () => ({ learned: this.learned }),
      load: (saved) => {
        if (typeof saved !== 'object' || saved === null || !('learned' in saved)) {
          throw new TypeError('not what a learner saves');
        }
        this.learned = Number(saved.learned);
      },
    },
  });
}

function keeperOf(
  store: MemoryStore,
  ...policies: readonly Policy[]
): { keeper: StateKeeper; warnings: string[] } {
  const warnings: string[] = [];
  const keeper = new StateKeeper(store, new PolicyHost(policies), (text) => warnings.push(text));
  return { keeper, warnings };
}

function bug(): never {
  throw new Error('a bug');
}

const envelope = (changes: object): string =>
  JSON.stringify({
    entresol: 1,
    policy: 'learner',
    version: 2,
    state: { learned: 7 },
    ...changes,
  });

describe('StateKeeper', () => {
  it('hands a policy what it saved, in another process', async () => {
    const store = memoryStore();
    const before = new Learner();
    const first = keeperOf(store, before.policy).keeper;
    await first.load();
    before.learned = 7;
    await first.save();

    const after = new Learner();
    const { keeper, warnings } = keeperOf(store, after.policy);
    await keeper.load();
    expect(after.learned).toBe(7);
    expect(warnings).toStrictEqual([]);
  });

  it.each<[string, string, string]>([
    ['is cut off', '{"entresol":1,"policy":"lear', 'SyntaxError'],
    ['is no object', '7', 'not an object'],
    ['is of another envelope', envelope({ entresol: 2 }), 'envelope version 2'],
    ['is of another policy', envelope({ policy: 'other' }), 'belongs to policy other'],
    ['is of another version', envelope({ version: 1 }), 'version 1, this build reads 2'],
    ['is not accepted by the policy', envelope({ state: 7 }), 'not what a learner saves'],
  ])('sets aside a state that %s, warns, and keeps the prior', async (_, text, why) => {
    const store = memoryStore({ 'policy-learner': text });
    const learner = new Learner();
    const { keeper, warnings } = keeperOf(store, learner.policy);
    await keeper.load();
    expect(learner.learned).toBe(0);
    expect(store.aside.get('policy-learner')).toBe(text);
    expect(warnings).toStrictEqual([expect.stringContaining(why)]);
    await keeper.save();
    expect(store.texts.get('policy-learner')).toBe(envelope({ state: { learned: 0 } }));
  });

  it('saves nothing before it has loaded', async () => {
    const store = memoryStore({ 'policy-learner': envelope({}) });
    await keeperOf(store, new Learner().policy).keeper.save();
    expect(store.texts.get('policy-learner')).toBe(envelope({}));
  });

  it('keeps what is stored for a policy that cannot say its state, and saves the others', async () => {
    const store = memoryStore({ 'policy-broken': 'as it was' });
    const broken = policyOf({
      name: 'broken',
      state: { version: 1, save: bug, load: () => undefined },
    });
    const { keeper } = keeperOf(store, broken, new Learner().policy);
    store.texts.delete('policy-broken');
    await keeper.load();
    store.texts.set('policy-broken', 'as it was');
    await keeper.save();
    expect(store.texts.get('policy-broken')).toBe('as it was');
    expect(store.texts.get('policy-learner')).toBe(envelope({ state: { learned: 0 } }));
  });
});

describe('a runtime with saved state', () => {
  it('has loaded it when it is ready, saves every minute, and when it closes', async () => {
    const store = memoryStore({ 'policy-learner': envelope({}) });
    const learner = new Learner();
    const { runtime, clock } = await openSetting({ state: store, policies: [learner.policy] });
    expect(learner.learned).toBe(7);
    learner.learned = 8;
    clock.advanceTo(59_999);
    expect(store.texts.get('policy-learner')).toBe(envelope({}));
    clock.advanceTo(60_000);
    await Promise.resolve();
    expect(store.texts.get('policy-learner')).toContain('"learned":8');
    learner.learned = 9;
    await runtime.close();
    expect(store.texts.get('policy-learner')).toContain('"learned":9');
  });

  it('says in its report what was set aside and what could not be saved', async () => {
    const store = memoryStore({ 'policy-learner': 'damaged' });
    store.write = () => Promise.reject(new Error('disk full'));
    const driver = new FakeDriver();
    const clock = new ManualClock();
    const policies = [new Learner().policy];
    const runtime = createRuntime({ engines: driver, clock, state: store, policies });
    await runtime.ready;
    clock.advanceTo(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(runtime.report().warnings).toStrictEqual([
      expect.stringContaining('was set aside'),
      'state was not saved: Error: disk full',
    ]);
    await expect(runtime.close()).rejects.toThrow('disk full');
  });

  it('does not write the prior over what was learned when an engine did not open', async () => {
    const store = memoryStore({ 'policy-learner': envelope({}) });
    const driver = new FakeDriver();
    driver.open = () => Promise.reject(new Error('no model'));
    const policies = [new Learner().policy];
    const runtime = createRuntime({
      engines: driver,
      clock: new ManualClock(),
      state: store,
      policies,
    });
    await expect(runtime.ready).rejects.toThrow('no model');
    await runtime.close();
    expect(store.texts.get('policy-learner')).toBe(envelope({}));
  });

  it('saves also when an engine does not close, and then tells of it', async () => {
    const store = memoryStore();
    const driver = new FakeDriver();
    driver.close = () => Promise.reject(new Error('stuck'));
    const policies = [new Learner().policy];
    const runtime = createRuntime({
      engines: driver,
      clock: new ManualClock(),
      state: store,
      policies,
    });
    await runtime.ready;
    await expect(runtime.close()).rejects.toThrow('stuck');
    expect(store.texts.has('policy-learner')).toBe(true);
  });
});
