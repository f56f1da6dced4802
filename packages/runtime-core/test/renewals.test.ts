import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRuntime,
  type Budget,
  type CostModel,
  type EngineHost,
  type Policy,
  type PrefixId,
  type Residency,
  type Ticket,
} from '../src/index.ts';
import { countingIds, FakeDriver, ManualClock, scriptedLink } from '../src/testing/index.ts';
import { chat } from './support/setting.ts';

const minute = 60_000;
const ttlMs = 5 * minute;
const leadMs = 30_000;
const perInputToken = 1e-6;
const readFactor = 0.1;
const factor = 1.25;

/** A paid cache: what a call sends lives for five minutes, what is renewed for five more; every act takes no time. */
class PaidDriver extends FakeDriver {
  override readonly residency: Residency;
  readonly #expires = new Map<PrefixId, number>();
  readonly #now: () => number;
  #host: EngineHost | undefined;

  constructor(now: () => number) {
    super({ capabilities: { retention: 'ttl', exclusive: false, extraRequestsCostMoney: true } });
    this.#now = now;
    this.residency = {
      of: ({ id, tokens }) => {
        const expiresAtMs = this.#expires.get(id) ?? 0;
        if (expiresAtMs <= now()) return { tokens: 0, truth: 'shadow' };
        return { tokens, tier: 'hosted', truth: 'shadow', expiresAtMs, ttlMs };
      },
    };
  }

  costOf(): CostModel {
    return { ...this.cost, money: { perInputToken, readFactor, write: [{ ttlMs, factor }] } };
  }

  override open(host: EngineHost): ReturnType<FakeDriver['open']> {
    this.#host = host;
    return super.open(host);
  }

  override decorate(...[body, plan, draft]: Parameters<FakeDriver['decorate']>) {
    for (const { id } of draft.prefixes) this.#expires.set(id, this.#now() + ttlMs);
    return super.decorate(body, plan, draft);
  }

  override submit(ticket: Ticket): void {
    this.tickets.push(ticket);
    const { prefix } = ticket.intent;
    this.#expires.set(prefix.id, this.#now() + ttlMs);
    this.#host?.settle({
      id: ticket.id,
      state: 'applied',
      mode: 'ttl',
      evidence: 'exact',
      computedTokens: 0,
      movedBytes: 0,
      engineMs: 0,
      usd: prefix.tokens * perInputToken * readFactor,
    });
  }
}

/** Share of prefixes that are used again within a time since their last use: rises in steps. */
const curves: fc.Arbitrary<readonly number[]> = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 })
  .map((shares) => shares.toSorted((a, b) => a - b));
const stepMs = 2 * minute;

interface Played {
  readonly driver: PaidDriver;
  readonly sent: readonly { readonly atMs: number; readonly usd: number; readonly value: number }[];
  readonly report: ReturnType<ReturnType<typeof createRuntime>['report']>;
}

/** One call, then some time in which nobody calls. */
async function play(
  curve: readonly number[],
  budget: Partial<Budget>,
  minutes = 75,
): Promise<Played> {
  const clock = new ManualClock();
  const driver = new PaidDriver(() => clock.now());
  const usedWithin = (ms: number): number => curve[Math.floor(ms / stepMs)] ?? curve.at(-1) ?? 0;
  /** Given that nobody has used it until now. */
  const reuse = (withinMs: number): number => {
    const before = usedWithin(clock.now());
    return before >= 1 ? 0 : (usedWithin(clock.now() + withinMs) - before) / (1 - before);
  };
  const foreseeing: Policy = {
    name: 'foresees',
    mode: 'on',
    interference: 'endpoint',
    predict: { reuse: (_, withinMs) => reuse(withinMs) },
    act: {
      // Wishes for whatever it saw, as certain as can be: money must be asked all the same.
      background: ({ type }) =>
        type !== 'tick' || clock.now() % 10_000 > 0
          ? []
          : driver.requests.flatMap(({ draft }) =>
              (draft?.prefixes ?? []).map((prefix) => ({
                kind: 'prefetch' as const,
                prefix,
                session: 's',
                probability: 1,
                deadlineMs: clock.now() + minute,
              })),
            ),
    },
  };
  const runtime = createRuntime({
    engines: driver,
    policies: [foreseeing],
    clock,
    ids: countingIds(),
    budget: { ...budget, maxLoadAgeMs: Infinity },
  });
  runtime.link(scriptedLink(() => ({ agent: 'triage', session: 's' })));
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();
  const body = JSON.stringify(chat('triage', 's', ['hello']));
  const response = await fetch(`${baseURL}/chat/completions`, { method: 'POST', body });
  await response.text();
  const sent: { atMs: number; usd: number; value: number }[] = [];
  for (let step = 0; step < 2 * minutes; step++) {
    const known = driver.tickets.length;
    clock.advanceBy(30_000);
    for (const { intent } of driver.tickets.slice(known)) {
      const { prefix } = intent;
      const role = prefix.parent === undefined ? 0 : roleTokens(driver);
      const own = 1 - role / prefix.tokens;
      const usd = prefix.tokens * perInputToken;
      sent.push({ atMs: clock.now(), usd: usd * readFactor, value: usd * bestOf(reuse, own) });
    }
  }
  const report = runtime.report();
  await runtime.close();
  return { driver, sent, report };
}

const roleTokens = (driver: PaidDriver): number =>
  driver.requests[0]?.draft?.prefixes[0]?.tokens ?? 0;

/** What renewing now is worth, by playing every number of renewals over the moments of the next use. */
function bestOf(reuse: (ms: number) => number, own: number): number {
  let best = -Infinity;
  for (let renewals = 1; renewals <= 12; renewals++) {
    let value = 0;
    for (let at = 0; at < renewals; at++) {
      const unused = at === 0 ? 1 : 1 - Math.max(0, reuse(at * ttlMs) - reuse(leadMs));
      value -= readFactor * unused;
    }
    value += (factor - readFactor) * own * Math.max(0, reuse(renewals * ttlMs) - reuse(leadMs));
    best = Math.max(best, value);
  }
  return best;
}

describe('renewals in a paid cache', () => {
  it('are none without a budget in dollars, whatever is foreseen and wished', async () => {
    await fc.assert(
      fc.asyncProperty(curves, async (curve) => {
        const { driver } = await play(curve, {});
        expect(driver.tickets).toEqual([]);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('are sent only where they are worth more than they cost, and within the budget', async () => {
    const usdPerHour = 2e-5;
    await fc.assert(
      fc.asyncProperty(curves, async (curve) => {
        const { driver, sent, report } = await play(curve, { usdPerHour });
        for (const { value } of sent) expect(value).toBeGreaterThan(0);
        for (const { atMs } of sent) {
          const hour = sent.filter((one) => one.atMs > atMs - 60 * minute && one.atMs <= atMs);
          expect(hour.reduce((sum, { usd }) => sum + usd, 0)).toBeLessThanOrEqual(
            usdPerHour + 1e-12,
          );
        }
        expect(driver.tickets.filter(({ intent }) => intent.kind !== 'retain')).toEqual([]);
        expect(report.endpoints['fake']?.modelled?.renewals ?? 0).toBe(driver.tickets.length);
        expect(report.endpoints['fake']?.modelled?.savedByRenewalsUsd ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('keep alive what comes back within the next life, and let go what does not', async () => {
    const soon = await play([0, 0, 0, 0.9], { usdPerHour: 1 });
    expect(soon.driver.tickets.length).toBeGreaterThan(0);
    const never = await play([0.5], { usdPerHour: 1 });
    expect(never.driver.tickets).toEqual([]);
  });

  it('leave a prompt alone that money does not speak for, and write it ahead where waiting is worth it', async () => {
    const asked = await play([0], { usdPerHour: 1 }, 8);
    expect(asked.report.background.refused).toMatchObject({ 'does-not-pay': expect.any(Number) });
    const impatient = await play([0], { usdPerHour: 1, waitUsdPerSecond: 1 }, 8);
    expect(impatient.driver.tickets.some(({ intent }) => intent.kind === 'prefetch')).toBe(true);
  });
});
