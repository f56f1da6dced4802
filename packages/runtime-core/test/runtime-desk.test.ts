import { describe, expect, it } from 'vitest';
import { FakeDriver } from '../src/testing/index.ts';
import { prefetchInGap } from './support/gap.ts';
import { chat, openSetting, policyOf } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';

const follows = { triage: 'billing', billing: 'triage' };

describe('background acts', () => {
  it('prefetch in a gap, are settled at what they cost, and verified by the next call', async () => {
    const driver = new FakeDriver({ slots: 1 });
    const setting = await openSetting({ driver, policies: [tinySage(follows)] });
    const { runtime, clock, ask, events } = setting;
    await prefetchInGap(setting);
    expect(driver.tickets).toMatchObject([{ policy: 'tiny-sage', reservedMs: 9 }]);
    clock.advanceBy(9);
    await ask(chat('billing', 's', ['hello', 'yes?', 'go on']));
    expect(driver.requests.at(-1)?.usage.cacheRead).toBe(9);
    const facts = events.filter(({ type }) => type.startsWith('intent-'));
    expect(facts).toMatchObject([
      { type: 'intent-settle', outcome: { state: 'applied', computedTokens: 9, engineMs: 9 } },
      { type: 'intent-verify', verification: { verdict: 'honoured', useful: true } },
    ]);
    expect(runtime.report().background).toStrictEqual({
      admitted: 1,
      refused: {},
      computedTokens: 9,
      engineMs: 9,
      prefetch: { issued: 1, used: 1, wastedTokens: 0 },
      touches: { issued: 0, computedTokens: 0, released: 0 },
    });
  });

  it('give way to a call that does not take them over', async () => {
    const setting = await openSetting({
      driver: new FakeDriver({ slots: 1 }),
      policies: [tinySage(follows)],
    });
    await prefetchInGap(setting);
    await setting.ask(chat('writer', 'third', ['hello']));
    expect(setting.driver.tickets[0]?.signal.aborted).toBe(true);
    expect(setting.runtime.report().background.prefetch.issued).toBe(0);
  });

  it('are refused and counted where the engine is shared and nothing was allowed', async () => {
    const driver = new FakeDriver({ slots: 1, capabilities: { exclusive: false } });
    const setting = await openSetting({ driver, policies: [tinySage(follows)] });
    await prefetchInGap(setting);
    expect(driver.tickets).toStrictEqual([]);
    expect(setting.runtime.report().background.refused).toStrictEqual({ 'over-budget': 1 });
  });

  it('are not even wished for by a policy without a mode on an engine shared with others', async () => {
    const driver = new FakeDriver({ slots: 1, capabilities: { exclusive: false } });
    const { mode: _, ...modeless } = tinySage(follows);
    const setting = await openSetting({ driver, policies: [modeless] });
    await prefetchInGap(setting);
    expect(setting.runtime.report().background.refused).toStrictEqual({});
    expect(setting.runtime.report().policies[1]).toMatchObject({ mode: 'shadow' });
  });

  it('return the reservation when a driver throws instead of settling', async () => {
    const driver = new FakeDriver({ slots: 1 });
    driver.submit = () => {
      throw new TypeError('a bug of the driver');
    };
    const setting = await openSetting({ driver, policies: [tinySage(follows)] });
    await prefetchInGap(setting);
    expect(setting.events.at(-1)).toMatchObject({
      type: 'intent-settle',
      outcome: { state: 'failed', reason: 'TypeError: a bug of the driver' },
    });
    expect(setting.runtime.report().endpoints).toStrictEqual({ fake: { budgetMs: 1_000 } });
  });

  it('never throw into whoever tells an event, however a wish is made', async () => {
    const odd = policyOf({
      mode: 'on',
      act: { background: () => JSON.parse('[{"kind":"prefetch"},{}]') },
    });
    const setting = await openSetting({ policies: [odd] });
    await prefetchInGap(setting);
    expect(setting.runtime.report().background.refused).toMatchObject({ fault: 2 });
  });
});

describe('eviction', () => {
  it('takes the order of the policy that scores prefixes, where LRU would take another', async () => {
    const driver = new FakeDriver({ slots: 2 });
    const { ask, clock } = await openSetting({ driver, policies: [tinySage(follows)] });
    for (const session of ['often', 'often', 'once']) {
      await ask(chat('triage', session, [session]));
      clock.advanceBy(1);
    }
    await ask(chat('billing', 'third', ['third']));
    expect(driver.evictions).toHaveLength(1);
    await ask(chat('triage', 'often', ['often']));
    // 9 tokens of role and 2 of the message, less the last one.
    expect(driver.requests.at(-1)?.usage).toMatchObject({ input: 11, cacheRead: 10 });
  });

  it('is left to the engine where no policy may act', async () => {
    const driver = new FakeDriver({ slots: 2 });
    const policies = [tinySage(follows, 'shadow')];
    const { ask, clock } = await openSetting({ driver, policies });
    for (const session of ['often', 'often', 'once']) {
      await ask(chat('triage', session, [session]));
      clock.advanceBy(1);
    }
    await ask(chat('billing', 'third', ['third']));
    await ask(chat('triage', 'often', ['often']));
    expect(driver.requests.at(-1)?.usage).toMatchObject({ input: 11, cacheRead: 9 });
  });
});

describe('the kill switch', () => {
  it('cancels background acts, stops ranking, and lets requests go on untouched', async () => {
    const driver = new FakeDriver({ slots: 1 });
    const reject = policyOf({
      name: 'reject',
      mode: 'on',
      act: { inline: () => (stopped ? [{ kind: 'reject', reason: 'no' }] : []) },
    });
    let stopped = false;
    const setting = await openSetting({ driver, policies: [tinySage(follows), reject] });
    const { runtime, ask } = setting;
    await prefetchInGap(setting);
    runtime.stopActing();
    stopped = true;
    expect(driver.tickets[0]?.signal.aborted).toBe(true);
    await prefetchInGap(setting);
    expect(driver.tickets).toHaveLength(1);
    expect((await ask(chat('triage', 's', ['hello']))).status).toBe(200);
  });
});
