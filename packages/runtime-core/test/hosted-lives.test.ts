import { describe, expect, it } from 'vitest';
import { replayDecisions } from '../src/decision-record.ts';
import type { Policy, PolicyMode } from '../src/policy.ts';
import type { CostModel } from '../src/residency.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { chat, openSetting } from './support/setting.ts';

const minute = 60_000;
const money = {
  perInputToken: 1e-6,
  readFactor: 0.1,
  write: [
    { ttlMs: 5 * minute, factor: 1.25 },
    { ttlMs: 60 * minute, factor: 2 },
  ],
};

class PaidDriver extends FakeDriver {
  constructor(retention: 'ttl' | 'touch' = 'ttl') {
    super({ capabilities: { retention, exclusive: false, extraRequestsCostMoney: true } });
  }

  costOf(): CostModel {
    return { ...this.cost, money };
  }
}

/** Roles come again within the hour and sessions never; of what belongs to `unknown` nothing is foreseen. */
const foreseeing = (mode?: PolicyMode): Policy => ({
  name: 'foresees',
  ...(mode === undefined ? {} : { mode }),
  interference: 'endpoint',
  predict: {
    reuse: ({ session, agent }, withinMs) => {
      if (agent === 'unknown') return undefined;
      return session === undefined && withinMs >= 60 * minute ? 1 : 0;
    },
  },
});

describe('lives in a cache that is paid for', () => {
  it('go with the call, prefix by prefix, where a policy that foresees reuse acts', async () => {
    const driver = new PaidDriver();
    const { ask, records } = await openSetting({ driver, policies: [foreseeing('on')] });
    await ask(chat('triage', 's', ['hello']));
    const [plan] = driver.plans;
    const [draft] = driver.requests.map((request) => request.draft);
    const ids = draft?.prefixes.map(({ id }) => id) ?? [];
    expect(plan?.lives?.map(({ prefix }) => prefix)).toEqual(ids);
    expect(plan?.lives?.[0]?.ttlMs).toBe(60 * minute);
    expect(plan?.lives?.at(-1)?.ttlMs).toBeUndefined();
    const { divergences, decisions } = replayDecisions(records, [foreseeing('on')]);
    expect(divergences).toEqual([]);
    expect(decisions).toBeGreaterThan(0);
  });

  it('are not spoken of where nobody acts, nor on engines of another kind, nor after the kill switch', async () => {
    for (const [driver, policy] of [
      [new PaidDriver(), foreseeing()],
      [new PaidDriver(), foreseeing('shadow')],
      [new PaidDriver('touch'), foreseeing('on')],
    ] as const) {
      const { ask } = await openSetting({ driver, policies: [policy] });
      await ask(chat('triage', 's', ['hello']));
      expect(driver.plans[0]).not.toHaveProperty('lives');
    }
    const driver = new PaidDriver();
    const { ask, runtime } = await openSetting({ driver, policies: [foreseeing('on')] });
    runtime.stopActing();
    await ask(chat('triage', 's', ['hello']));
    expect(driver.plans[0]).not.toHaveProperty('lives');
  });

  it('leave out what nobody foresees', async () => {
    const driver = new PaidDriver();
    const { ask } = await openSetting({ driver, policies: [foreseeing('on')] });
    await ask(chat('unknown', 's', ['hello']));
    expect(driver.plans[0]?.lives).toEqual([]);
  });
});
