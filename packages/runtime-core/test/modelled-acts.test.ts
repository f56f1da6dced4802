import { describe, expect, it } from 'vitest';
import { createRuntime } from '../src/index.ts';
import type {
  CostModel,
  LedgerEntry,
  ModelledEffect,
  Policy,
  PolicyMode,
  Runtime,
} from '../src/index.ts';
import { ModelledActs } from '../src/modelled-acts.ts';
import { PolicyHost } from '../src/policy-host.ts';
import { PolicyStanding } from '../src/policy-standing.ts';
import { Tally } from '../src/tally.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { prefetchInGap } from './support/gap.ts';
import { memoryStore } from './support/memory-store.ts';
import { chat, openSetting, policyOf, prefixOf, type Setting } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';

const money = { perInputToken: 1e-6, readFactor: 0.1, write: [{ ttlMs: 300_000, factor: 1.25 }] };

/** An engine of two prompts, whose tokens have a price. */
class PricedDriver extends FakeDriver {
  costOf(): CostModel {
    return { ...this.cost, money };
  }
}

/** Keeps the prompts of one session, whatever their age. */
const keeping = (session: string, mode: PolicyMode): Policy =>
  policyOf({
    name: 'keeper',
    mode,
    interference: 'endpoint',
    score: {
      prefix: (prefix) => ({ reuse: 1, gainMs: 1, keep: prefix.session === session ? 1 : 0 }),
    },
  });

async function sent({ ask, clock }: Setting, ...sessions: readonly string[]): Promise<void> {
  for (const session of sessions) {
    // Agents of their own: no prompt shares its role with another.
    await (await ask(chat(`agent-${session}`, session, [session]))).text();
    clock.advanceBy(1_000);
  }
}

function modelledOf(runtime: Runtime, policy: string): readonly ModelledEffect[] {
  return runtime.ledger().find((entry: LedgerEntry) => entry.policy === policy)?.modelled ?? [];
}

const promptTokens = (setting: Setting): number => setting.driver.requests[0]?.usage.input ?? 0;

describe('retention, modelled', () => {
  it('counts what age would have given up, at the cost of computing it again', async () => {
    const driver = new PricedDriver({ slots: 2 });
    const setting = await openSetting({ driver, policies: [keeping('one', 'on')] });
    await sent(setting, 'one', 'two', 'three', 'one');
    const tokens = promptTokens(setting);
    const [row, ...others] = modelledOf(setting.runtime, 'keeper');
    expect(others).toStrictEqual([]);
    expect(row).toStrictEqual({
      act: 'retention',
      endpoint: 'fake',
      carriedOut: 'yes',
      acts: 1,
      resolved: 1,
      saved: { tokens, ms: tokens, usd: expect.closeTo(tokens * 0.9e-6, 12) },
      spent: { tokens: 0, ms: 0 },
    });
    // What was given up in its place is missed: that is taken off.
    await sent(setting, 'two');
    expect(modelledOf(setting.runtime, 'keeper')[0]).toMatchObject({
      resolved: 2,
      saved: { tokens: 0, ms: 0 },
    });
  });

  it('says in shadow what would have been, and touches nothing', async () => {
    const driver = new FakeDriver({ slots: 2 });
    const setting = await openSetting({ driver, policies: [keeping('one', 'shadow')] });
    await sent(setting, 'one', 'two', 'three', 'one');
    const tokens = promptTokens(setting);
    expect(driver.requests.at(-1)?.usage.cacheRead).toBe(0);
    expect(modelledOf(setting.runtime, 'keeper')).toMatchObject([
      { act: 'retention', carriedOut: 'no', acts: 1, saved: { tokens, ms: tokens } },
    ]);
    const ranked = setting.records.filter(
      (record) => record.kind === 'decision' && record.decision.type === 'rank',
    );
    expect(ranked).toStrictEqual([]);
  });

  it('says a loss as one: what is kept and not used costs what is given up and missed', async () => {
    const driver = new FakeDriver({ slots: 2 });
    const setting = await openSetting({ driver, policies: [keeping('one', 'on')] });
    await sent(setting, 'one', 'two', 'three', 'two', 'three', 'two', 'three');
    const [row] = modelledOf(setting.runtime, 'keeper');
    expect(row?.saved.tokens).toBeLessThan(0);
    expect(row?.saved.ms).toBeLessThan(0);
  });

  it('says nothing of a policy that ranks as age does, nor of one that is off', async () => {
    for (const mode of ['on', 'shadow', 'off'] as const) {
      const setting = await openSetting({
        driver: new FakeDriver({ slots: 2 }),
        policies: [keeping('nobody', mode)],
      });
      await sent(setting, 'one', 'two', 'three', 'one', 'two', 'three');
      expect(modelledOf(setting.runtime, 'keeper')).toStrictEqual([]);
    }
  });
});

describe('warm-ups, modelled', () => {
  it('counts what a call was spared, and apart from it what the warm-up took', async () => {
    const driver = new FakeDriver({ slots: 1 });
    const setting = await openSetting({ driver, policies: [tinySage({ triage: 'billing' })] });
    const { ask, clock, runtime } = setting;
    await prefetchInGap(setting);
    clock.advanceBy(9);
    const row = {
      act: 'warm-up',
      endpoint: 'fake',
      carriedOut: 'yes',
      acts: 1,
      resolved: 0,
      saved: { tokens: 0, ms: 0 },
      spent: { tokens: 9, ms: 9 },
    };
    expect(modelledOf(runtime, 'tiny-sage')).toStrictEqual([row]);
    await (await ask(chat('billing', 's', ['hello', 'yes?', 'go on']))).text();
    expect(modelledOf(runtime, 'tiny-sage')).toStrictEqual([
      { ...row, resolved: 1, saved: { tokens: 9, ms: 9 } },
    ]);
  });
});

describe('prefixes kept from going, modelled', () => {
  const prefix = prefixOf('p', { session: 's', tokens: 100 });
  const draft = { call: 'c', agent: 'triage', session: 's', prefixes: [], inputTokens: 120 };
  const row = { act: 'renewal', endpoint: 'fake', carriedOut: 'yes' } as const;

  function kept({ isGone = true, heldTokens = 100 }): readonly ModelledEffect[] {
    const driver = new PricedDriver();
    const foreseer = policyOf({ name: 'foreseer', mode: 'on', predict: { reuse: () => 1 } });
    const standing = new PolicyStanding(new PolicyHost([foreseer]), [foreseer]);
    const world = {
      residency: { of: () => ({ tokens: heldTokens, truth: 'own' as const }) },
      cost: () => driver.costOf(),
      load: () => driver.load(),
      nextPrefix: () => undefined,
    };
    const acts = new ModelledActs({ standing, world, tally: new Tally() });
    acts.kept('predict.reuse', row, { prefix, ownTokens: 80, goneWithout: () => isGone });
    // A call of another session shows nothing; only the first that comes over it does.
    for (const session of ['other', 's', 's']) {
      acts.called({ ...draft, session, scope: prefix.scope });
    }
    return acts.effects.of('foreseer');
  }

  it('count their own tokens once, at the first call that would have missed them', () => {
    expect(kept({})).toMatchObject([
      { ...row, resolved: 1, saved: { tokens: 80, ms: 80, usd: expect.closeTo(72e-6, 12) } },
    ]);
    expect(kept({ heldTokens: 50 })).toMatchObject([{ saved: { tokens: 30, ms: 30 } }]);
  });

  it('count nothing where they would still be there, or are gone all the same', () => {
    expect(kept({ isGone: false })).toStrictEqual([]);
    expect(kept({ heldTokens: 0 })).toStrictEqual([]);
  });
});

describe('tools served, modelled', () => {
  it('counts the usual time of the tool, less the look-up', async () => {
    const clock = new ManualClock();
    let known = false;
    const memo = policyOf({
      name: 'memo',
      mode: 'on',
      act: {
        inline: (occasion) =>
          occasion.type !== 'tool'
            ? []
            : [
                {
                  kind: 'serve',
                  lookup: () => {
                    if (known) clock.advanceBy(3);
                    return Promise.resolve(known ? { value: 1 } : undefined);
                  },
                  ran: () => (known = true),
                },
              ],
      },
    });
    const runtime = createRuntime({ engines: new FakeDriver(), clock, policies: [memo] });
    const port = { can: new Set(['serve-tool'] as const) };
    const asked = () =>
      runtime.passage({ type: 'tool', session: 's', agent: 'a', tool: 't', args: {} }, port);
    const first = await asked();
    clock.advanceBy(40);
    if (first?.verdict === 'go') first.ran?.({ how: 'returned', value: 1 });
    expect(await asked()).toMatchObject({ verdict: 'serve' });
    expect(modelledOf(runtime, 'memo')).toStrictEqual([
      {
        act: 'served-tool',
        carriedOut: 'yes',
        acts: 1,
        resolved: 1,
        saved: { tokens: 0, ms: 37 },
        spent: { tokens: 0, ms: 0 },
      },
    ]);
    await runtime.close();
  });
});

describe('modelled effects', () => {
  it('are sums that go on after a restart', async () => {
    const state = memoryStore();
    const first = await openSetting({
      state,
      driver: new PricedDriver({ slots: 2 }),
      policies: [keeping('one', 'on')],
    });
    await sent(first, 'one', 'two', 'three', 'one');
    await first.runtime.close();
    const [before] = modelledOf(first.runtime, 'keeper');
    const second = await openSetting({
      state,
      driver: new PricedDriver({ slots: 2 }),
      policies: [keeping('one', 'on')],
    });
    expect(modelledOf(second.runtime, 'keeper')).toStrictEqual([before]);
    await sent(second, 'one', 'two', 'three', 'one');
    expect(modelledOf(second.runtime, 'keeper')[0]?.saved.tokens).toBe(
      2 * (before?.saved.tokens ?? 0),
    );
  });

  it('hurt no call when the engine cannot be asked', async () => {
    const driver = new FakeDriver({ slots: 2 });
    const setting = await openSetting({ driver, policies: [keeping('one', 'on')] });
    await sent(setting, 'one', 'two', 'three');
    driver.cost.computeMs = () => {
      throw new Error('no cost today');
    };
    await sent(setting, 'one');
    expect(driver.requests).toHaveLength(4);
    expect(setting.runtime.report().background.refused).toMatchObject({ 'model-fault': 1 });
  });
});
