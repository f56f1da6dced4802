import { array, asyncProperty, assert, constantFrom, integer, oneof, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayDecisions, type Budget, type HeldPrefix, type PrefixRef } from '../src/index.ts';
import { FakeDriver, ManualClock } from '../src/testing/index.ts';
import { chat, openSetting, policyOf, type Setting } from './support/setting.ts';
import { tinySage } from './support/tiny-sage.ts';
import { prefetchInGap } from './support/gap.ts';

const sessions = ['one', 'two', 'three', 'four'] as const;

/** Values by session, as a policy would: the later the session's name in the list, the more it is worth. */
const scorer = () =>
  policyOf({
    name: 'scorer',
    mode: 'on',
    interference: 'endpoint',
    score: {
      prefix: ({ session }) => ({
        reuse: 1,
        gainMs: 100,
        // A byte less than a thousandth of a token: 1.1 ms a second for a prompt of 11 tokens.
        keep: 1e-4 * sessions.findIndex((one) => one === session),
      }),
    },
  });

/** An engine that is full, evicts by age, and says so. */
function fullEngine({
  touchTokens = 1,
  slots = 100,
  nowMs = (): number => 3_000,
} = {}): FakeDriver {
  const driver = new FakeDriver({
    slots,
    capabilities: { retention: 'touch', prefetch: 'one-token' },
  });
  driver.evictionOrder = () => {
    const newest = new Map<string, PrefixRef>();
    for (const { draft } of driver.requests) {
      const whole = draft?.prefixes.at(-1);
      if (whole?.session !== undefined) newest.set(whole.session, whole);
    }
    const held: HeldPrefix[] = [...newest.values()].map((prefix) => ({
      prefix,
      ownTokens: prefix.tokens,
      lastUsedAtMs: nowMs() - 3_000,
    }));
    return { held, freeTokens: 0, touchTokens };
  };
  return driver;
}

async function fill({ ask, clock }: Setting, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await (await ask(chat('triage', name, [name]))).text();
    clock.advanceBy(1_000);
  }
}

const touchesOf = ({ driver }: Setting) =>
  driver.tickets.flatMap(({ intent }) => (intent.kind === 'retain' ? [intent] : []));

describe('an engine that evicts by age', () => {
  it('is sent again what is worth more than its age says, the worthiest last', async () => {
    const setting = await openSetting({ driver: fullEngine(), policies: [scorer()] });
    await fill(setting, ['four', 'three', 'two', 'one']);
    const touched = touchesOf(setting).map(({ prefix }) => prefix.session);
    expect(touched.slice(-2)).toEqual(['three', 'four']);
    expect(setting.runtime.report().background.admitted).toBe(touched.length);
  });

  it('is left alone by a policy in shadow, and after the kill switch', async () => {
    const shadow = await openSetting({
      driver: fullEngine(),
      policies: [{ ...scorer(), mode: 'shadow' }],
    });
    await fill(shadow, ['four', 'three', 'two', 'one']);
    expect(touchesOf(shadow)).toEqual([]);
    const stopped = await openSetting({ driver: fullEngine(), policies: [scorer()] });
    stopped.runtime.stopActing();
    await fill(stopped, ['four', 'three', 'two', 'one']);
    expect(touchesOf(stopped)).toEqual([]);
  });

  it('is put in order before a warm-up comes in', async () => {
    const driver = fullEngine({ slots: 1 });
    const { score: _, ...foresees } = tinySage({ triage: 'billing', billing: 'triage' });
    const setting = await openSetting({ driver, policies: [foresees, scorer()] });
    await fill(setting, ['four', 'one']);
    const before = driver.tickets.length;
    await prefetchInGap(setting);
    const kinds = driver.tickets.slice(before).map(({ intent }) => intent.kind);
    expect(kinds).toContain('prefetch');
    expect(kinds.lastIndexOf('retain')).toBeLessThan(kinds.indexOf('prefetch'));
    expect(kinds).toContain('retain');
  });

  it('records what it decided on, so that it can be decided again', async () => {
    const setting = await openSetting({ driver: fullEngine(), policies: [scorer()] });
    await fill(setting, ['four', 'three', 'two', 'one']);
    const replayed = replayDecisions(setting.records, [scorer()]);
    expect(replayed.decisions).toBeGreaterThan(0);
    expect(replayed.divergences).toEqual([]);
  });

  it('is never touched while requests wait, over budget or after closing', async () => {
    const step = oneof(
      record({ kind: constantFrom('ask'), session: constantFrom(...sessions) }),
      record({ kind: constantFrom('wait', 'flow') }),
      record({ kind: constantFrom('pass'), ms: integer({ min: 1, max: 2_000 }) }),
    );
    const cases = record({
      steps: array(step, { maxLength: 40 }),
      burstMs: integer({ min: 1, max: 200 }),
      touchTokens: integer({ min: 1, max: 30 }),
    });
    let touched = 0;
    await assert(
      asyncProperty(cases, async ({ steps, burstMs, touchTokens }) => {
        const clock = new ManualClock();
        const driver = fullEngine({ touchTokens, nowMs: () => clock.now() });
        const budget: Partial<Budget> = { burstMs, share: 0.5 };
        const setting = await openSetting({ driver, policies: [scorer()], budget, clock });
        const passes = (ms: number): void => clock.advanceBy(ms);
        const submit = driver.submit.bind(driver);
        let closed = false;
        const seen: { waiting: number; closed: boolean; overBudget: boolean }[] = [];
        driver.submit = (ticket) => {
          if (ticket.intent.kind === 'retain') {
            // Written down: what is thrown here the runtime would settle as a failure of the driver.
            seen.push({
              waiting: driver.waiting,
              closed,
              overBudget: ticket.reservedMs > burstMs,
            });
          }
          submit(ticket);
        };
        await fill(setting, sessions.toReversed());
        for (const one of steps) {
          if ('session' in one) await fill(setting, [one.session]);
          else if ('ms' in one) passes(one.ms);
          else driver.waiting = one.kind === 'wait' ? 3 : 0;
          const { budgetMs } = setting.runtime.report().endpoints['fake'] ?? { budgetMs: -1 };
          expect(budgetMs).toBeGreaterThanOrEqual(0);
          expect(budgetMs).toBeLessThanOrEqual(burstMs);
        }
        closed = true;
        await setting.runtime.close();
        passes(1_000);
        const quiet = { waiting: 0, closed: false, overBudget: false };
        expect(seen).toEqual(seen.map(() => quiet));
        touched += seen.length;
      }),
      { numRuns: 50 },
    );
    expect(touched).toBeGreaterThan(0);
  });
});
