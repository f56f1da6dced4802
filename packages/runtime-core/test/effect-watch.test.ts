import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EffectWatch, type Usage } from '../src/index.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { prefetchInGap } from './support/gap.ts';
import { chat, openSetting, type Setting } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';

const minutes = (count: number): number => count * 60_000;

describe('EffectWatch', () => {
  it('gives up after five tries without an effect, and tries once in ten minutes', () => {
    const clock = new ManualClock();
    const watch = new EffectWatch(() => clock.now());
    const stopped = [1, 2, 3, 4, 5].map(() => watch.shown('touch', false));
    expect(stopped).toEqual([false, false, false, false, true]);
    expect(watch.allows('touch')).toBe(false);
    expect(watch.allows('warm-up')).toBe(true);
    expect(watch.missing).toEqual([{ effect: 'touch', tries: 5, triedAgainAtMs: minutes(10) }]);
    clock.advanceBy(minutes(10));
    expect(watch.allows('touch')).toBe(true);
    watch.tried('touch', 'i1');
    expect(watch.allows('touch')).toBe(false);
    watch.shown('touch', true);
    expect(watch.allows('touch')).toBe(true);
    expect(watch.missing).toEqual([]);
  });

  it('counts tries in a row: one that is seen makes up for all before', () => {
    const watch = new EffectWatch(() => 0);
    for (let time = 0; time < 10; time++) {
      for (let miss = 0; miss < 4; miss++) watch.shown('push', false);
      watch.shown('push', true);
    }
    expect(watch.allows('push')).toBe(true);
  });

  it('takes another try where the one was not made after all', () => {
    const clock = new ManualClock();
    const watch = new EffectWatch(() => clock.now());
    for (let miss = 0; miss < 5; miss++) watch.shown('warm-up', false);
    watch.voided('warm-up', 'an earlier one');
    expect(watch.allows('warm-up')).toBe(false);
    clock.advanceBy(minutes(10));
    watch.tried('warm-up', 'i1');
    watch.voided('warm-up', 'i1');
    expect(watch.allows('warm-up')).toBe(true);
  });

  it('never tries more than an engine that shows nothing is owed, whatever comes when', () => {
    const step = oneof(
      record({ kind: constant('pass' as const), ms: integer({ min: 1, max: minutes(15) }) }),
      record({ kind: constantFrom('seek' as const, 'judge' as const) }),
    );
    assert(
      property(array(step, { maxLength: 120 }), (steps) => {
        const clock = new ManualClock();
        const watch = new EffectWatch(() => clock.now());
        const waiting: string[] = [];
        let tries = 0;
        let stoppedAtMs: number | undefined;
        let triesSince = 0;
        for (const one of steps) {
          if (one.kind === 'pass') clock.advanceBy(one.ms);
          else if (one.kind === 'judge' && waiting.shift() !== undefined) {
            if (watch.shown('warm-up', false)) stoppedAtMs = clock.now();
          } else if (one.kind === 'seek' && watch.allows('warm-up')) {
            tries += 1;
            waiting.push(`i${tries}`);
            watch.tried('warm-up', `i${tries}`);
            if (stoppedAtMs !== undefined) triesSince += 1;
          }
          const owed =
            stoppedAtMs === undefined ? 0 : Math.floor((clock.now() - stoppedAtMs) / minutes(10));
          expect(triesSince).toBeLessThanOrEqual(owed);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** An engine that computes what it is asked for and, while it is deaf, never finds it again. */
class DeafDriver extends FakeDriver {
  deaf = true;

  override usage(reply: unknown): Usage | undefined {
    const usage = super.usage(reply);
    return usage && this.deaf ? { ...usage, cacheRead: 0 } : usage;
  }
}

/** One warm-up where it is admitted, and the call that shows what came of it. */
async function round(setting: Setting): Promise<void> {
  await prefetchInGap(setting);
  setting.clock.advanceBy(1_000);
  await (await setting.ask(chat('billing', 's', ['hello']))).text();
  setting.clock.advanceBy(1_000);
}

const warmUps = ({ driver }: Setting): number =>
  driver.tickets.filter(({ intent }) => intent.kind === 'prefetch').length;

function open(driver: FakeDriver): Promise<Setting> {
  const policies = [tinySage({ triage: 'billing', billing: 'triage' })];
  return openSetting({ driver, policies });
}

describe('warm-ups of an engine that never finds them', () => {
  it('stop, and the report and the ledger say so', async () => {
    const setting = await open(new DeafDriver({ slots: 1 }));
    for (let at = 0; at < 12; at++) await round(setting);
    const { runtime } = setting;
    expect(warmUps(setting)).toBe(5);
    const missing = { effect: 'warm-up', tries: 5 };
    const { background, endpoints } = runtime.report();
    expect(endpoints['fake']?.missing).toMatchObject([missing]);
    expect(background.refused['without-effect']).toBeGreaterThan(0);
    const entries = runtime.ledger();
    expect(entries.find(({ policy }) => policy === 'tiny-sage')?.missing).toMatchObject([
      { endpoint: 'fake', ...missing },
    ]);
    expect(entries.find(({ policy }) => policy === 'listener')?.missing).toBeUndefined();
  });

  it('are tried once in ten minutes, and go on when one is found, whenever it hears', async () => {
    const step = oneof(
      record({ rounds: integer({ min: 1, max: 4 }) }),
      record({ deaf: boolean() }),
      record({ passMs: integer({ min: 1_000, max: minutes(25) }) }),
    );
    let stops = 0;
    let comebacks = 0;
    await assert(
      asyncProperty(array(step, { maxLength: 10 }), async (steps) => {
        const driver = new DeafDriver({ slots: 1 });
        const setting = await open(driver);
        const wrong: object[] = [];
        for (const one of [{ rounds: 5 }, ...steps]) {
          if ('deaf' in one) driver.deaf = one.deaf;
          else if ('passMs' in one) setting.clock.advanceBy(one.passMs);
          else {
            for (let at = 0; at < one.rounds; at++) {
              const [before] = setting.runtime.report().endpoints['fake']?.missing ?? [];
              const waits = (before?.triedAgainAtMs ?? 0) > setting.clock.now() + 1_000;
              const sent = warmUps(setting);
              await round(setting);
              const [after] = setting.runtime.report().endpoints['fake']?.missing ?? [];
              const how = { waits, sent: warmUps(setting) - sent, missing: after !== undefined };
              stops += Number(before === undefined && how.missing);
              comebacks += Number(before !== undefined && !how.missing);
              // While it is not sought nothing is sent; only a try that is found ends that.
              const lawful = how.sent === (waits ? 0 : 1) && (!waits || how.missing);
              const cameBackDeaf = driver.deaf && before !== undefined && !how.missing;
              if (!lawful || cameBackDeaf) wrong.push(how);
            }
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 20 },
    );
    expect(stops).toBeGreaterThan(0);
    expect(comebacks).toBeGreaterThan(0);
  }, 30_000);
});
