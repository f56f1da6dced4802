import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arbiter } from '../src/arbiter.ts';
import type { Budget, Capabilities, EngineLoad, Intent, Outcome, Ticket } from '../src/index.ts';
import { countingIds, FakeDriver, ManualClock } from '../src/testing/index.ts';
import { prefixOf } from './support/setting.ts';

const capable: Capabilities = {
  retention: 'ask',
  prefetch: 'restore',
  drop: true,
  demote: true,
  extraRequestsCostMoney: false,
  minWarmTokens: 1,
  exclusive: true,
};

/** A driver whose load the test sets. */
class LoadedDriver extends FakeDriver {
  reading: EngineLoad = { running: 0, waiting: 0, ageMs: 0 };

  override load(): EngineLoad {
    return this.reading;
  }
}

function open(
  capabilities: Partial<Capabilities> = {},
  budget: Partial<Budget> = {},
): { arbiter: Arbiter; driver: LoadedDriver; clock: ManualClock } {
  const clock = new ManualClock();
  const driver = new LoadedDriver();
  const arbiter = new Arbiter({ clock, ids: countingIds() });
  arbiter.open(driver, { ...capable, ...capabilities }, budget);
  return { arbiter, driver, clock };
}

function prefetch(tokens = 100, id = 'p', namespace = ''): Intent {
  const scope = { endpoint: 'fake', model: 'm', namespace };
  const prefix = prefixOf(id, namespace === '' ? { tokens } : { tokens, scope });
  return { kind: 'prefetch', prefix, session: 's', probability: 1, deadlineMs: 0 };
}

function outcome(id: string, engineMs: number): Outcome {
  return {
    id,
    state: 'applied',
    mode: 'hard',
    evidence: 'exact',
    computedTokens: 0,
    movedBytes: 0,
    engineMs,
  };
}

function ticketOf(admitted: Ticket | { readonly refused: string }): Ticket {
  if ('refused' in admitted) throw new TypeError(`refused: ${admitted.refused}`);
  return admitted;
}

const by = { policy: 'p' };

describe('Arbiter.admit', () => {
  it('reserves the estimated compute time of what is missing', () => {
    const { arbiter } = open();
    const ticket = ticketOf(arbiter.admit(prefetch(400), by));
    expect(ticket.reservedMs).toBe(400);
    // A quarter of the default burst of 4,000 ms, less the reservation.
    expect(arbiter.available('fake')).toBe(600);
  });

  it.each<[string, Partial<Capabilities>, Partial<Budget>, EngineLoad, Intent]>([
    ['over-budget', {}, {}, { running: 0, waiting: 0, ageMs: 0 }, prefetch(1_001)],
    ['over-budget', { exclusive: false }, {}, { running: 0, waiting: 0, ageMs: 0 }, prefetch(1)],
    ['engine-busy', {}, {}, { running: 1, waiting: 0, ageMs: 0 }, prefetch()],
    ['requests-wait', {}, {}, { running: 0, waiting: 1, ageMs: 0 }, prefetch()],
    ['load-unknown', {}, {}, { running: 0, waiting: 0, ageMs: 1_001 }, prefetch()],
    ['not-supported', { prefetch: 'none' }, {}, { running: 0, waiting: 0, ageMs: 0 }, prefetch()],
    ['too-short', { minWarmTokens: 101 }, {}, { running: 0, waiting: 0, ageMs: 0 }, prefetch()],
    [
      'costs-money',
      { extraRequestsCostMoney: true },
      {},
      { running: 0, waiting: 0, ageMs: 0 },
      prefetch(),
    ],
  ])('refuses with %s', (refused, capabilities, budget, load, intent) => {
    const { arbiter, driver } = open(capabilities, budget);
    driver.reading = load;
    expect(arbiter.admit(intent, by)).toStrictEqual({ refused });
  });

  it('refuses for an endpoint without a driver, and everything once stopped', () => {
    const { arbiter } = open();
    const scope = { endpoint: 'elsewhere', model: 'm', namespace: '' };
    const prefix = prefixOf('p', { scope });
    const elsewhere: Intent = { kind: 'release', prefix, how: 'drop', why: 'kill-switch' };
    expect(arbiter.admit(elsewhere, by)).toStrictEqual({ refused: 'not-supported' });
    arbiter.stop();
    expect(arbiter.admit(prefetch(), by)).toStrictEqual({ refused: 'stopped' });
  });

  it('admits what costs money once the user allows it, and more at once where allowed', () => {
    const { arbiter, driver } = open(
      { extraRequestsCostMoney: true },
      { usdPerHour: 1, maxRunning: 2, maxWaiting: 1 },
    );
    driver.reading = { running: 2, waiting: 1, ageMs: 0 };
    const worth = { ...by, money: { usd: 0.5, valueUsd: 0.1 } };
    expect(arbiter.admit(prefetch(), worth)).toMatchObject({ reservedMs: 0 });
    for (const valueUsd of [0, -1, Number.NaN]) {
      const money = { usd: 0.1, valueUsd };
      expect(arbiter.admit(prefetch(), { ...by, money })).toEqual({ refused: 'does-not-pay' });
    }
    expect(arbiter.admit(prefetch(), by)).toEqual({ refused: 'does-not-pay' });
  });

  it('spends no more than allowed in any hour, and gives back what was not spent', () => {
    const { arbiter, clock } = open({ extraRequestsCostMoney: true }, { usdPerHour: 1 });
    const admit = (usd: number) =>
      arbiter.admit(prefetch(), { ...by, money: { usd, valueUsd: 1 } });
    const first = ticketOf(admit(0.6));
    expect(admit(0.6)).toEqual({ refused: 'over-budget' });
    arbiter.settle({ ...outcome(first.id, 0), usd: 0.3 });
    const second = ticketOf(admit(0.6));
    arbiter.settle({ ...outcome(second.id, 0), state: 'refused' });
    ticketOf(admit(0.7));
    expect(admit(0.1)).toEqual({ refused: 'over-budget' });
    clock.advanceBy(3_600_000);
    ticketOf(admit(1));
  });
});

describe('Arbiter.settle', () => {
  it('returns what was not used, once', () => {
    const { arbiter } = open();
    const ticket = ticketOf(arbiter.admit(prefetch(400), by));
    expect(arbiter.settle(outcome(ticket.id, 100))).toBe(ticket);
    expect(arbiter.available('fake')).toBe(900);
    expect(arbiter.settle(outcome(ticket.id, 0))).toBeUndefined();
    expect(arbiter.available('fake')).toBe(900);
  });

  it('does not earn while a prefetch of its own runs, though the engine reports no request', () => {
    const { arbiter, clock } = open();
    const ticket = ticketOf(arbiter.admit(prefetch(400), by));
    clock.advanceBy(300);
    arbiter.note('fake');
    clock.advanceBy(100);
    arbiter.settle(outcome(ticket.id, 400));
    expect(arbiter.available('fake')).toBe(600);
    clock.advanceBy(100);
    arbiter.note('fake');
    expect(arbiter.available('fake')).toBe(650);
  });

  it('lets one tenant use its share of the time and of the dollars, whatever it wishes, and no more', () => {
    const wish = fc.record({
      tenant: fc.constantFrom('north', 'south', 'east'),
      tokens: fc.integer({ min: 1, max: 700 }),
      idleMs: fc.integer({ min: 0, max: 2_000 }),
      usedPercent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (wishes, tenantShare, paid) => {
          const { arbiter, clock } = open(
            { extraRequestsCostMoney: paid },
            { tenantShare, usdPerHour: 1 },
          );
          const used = new Map<string, number>();
          let creditMs = 1_000;
          for (const { tenant, tokens, idleMs, usedPercent } of wishes) {
            clock.advanceBy(idleMs);
            arbiter.note('fake');
            creditMs += idleMs * 0.5;
            const usd = tokens / 1_000;
            const admitted = arbiter.admit(prefetch(tokens, 'p', tenant), {
              ...by,
              money: { usd, valueUsd: 1 },
            });
            if ('refused' in admitted) continue;
            const share = usedPercent / 100;
            const engineMs = admitted.reservedMs * share;
            arbiter.settle({ ...outcome(admitted.id, engineMs), usd: usd * share });
            used.set(tenant, (used.get(tenant) ?? 0) + (paid ? usd * share : engineMs));
          }
          const most = tenantShare * (paid ? 1 : creditMs);
          for (const sum of used.values()) expect(sum).toBeLessThanOrEqual(most + 1e-6);
        },
      ),
    );
  });

  it('says that it was the share of the tenant, takes nothing for it, and has none where nobody tells tenants apart', () => {
    const { arbiter } = open({}, { tenantShare: 0.5 });
    ticketOf(arbiter.admit(prefetch(400, 'p', 'north'), by));
    expect(arbiter.admit(prefetch(200, 'p', 'north'), by)).toEqual({
      refused: 'over-tenant-share',
    });
    expect(arbiter.available('fake')).toBe(600);
    ticketOf(arbiter.admit(prefetch(400, 'p', 'south'), by));
    ticketOf(arbiter.admit(prefetch(200, 'p'), by));
  });

  it('cancels prefetches that a call does not take over, and everything when stopped', () => {
    const { arbiter } = open();
    const joined = ticketOf(arbiter.admit(prefetch(100, 'joined'), by));
    const other = ticketOf(arbiter.admit(prefetch(100, 'other'), by));
    arbiter.yieldTo('fake', ({ prefix }) => prefix.id === 'joined');
    expect([joined.signal.aborted, other.signal.aborted]).toStrictEqual([false, true]);
    arbiter.stop();
    expect(joined.signal.aborted).toBe(true);
  });

  it('never spends more than the starting credit and what was earned, nor more than was reserved', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('idle' as const), ms: fc.integer({ min: 0, max: 5_000 }) }),
      fc.record({ what: fc.constant('busy' as const), ms: fc.integer({ min: 0, max: 5_000 }) }),
      fc.record({ what: fc.constant('admit' as const), ms: fc.integer({ min: 1, max: 2_000 }) }),
      fc.record({ what: fc.constant('settle' as const), ms: fc.integer({ min: -10, max: 120 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { arbiter, driver, clock } = open();
        const tickets: Ticket[] = [];
        let creditMs = 1_000;
        // What was taken out for good: at most the reservation of each settled ticket.
        let spentMs = 0;
        for (const { what, ms } of steps) {
          if (what === 'idle' || what === 'busy') {
            driver.reading = { running: what === 'busy' ? 1 : 0, waiting: 0, ageMs: 0 };
            arbiter.note('fake');
            clock.advanceBy(ms);
            arbiter.note('fake');
            if (what === 'idle') creditMs += ms * 0.5;
          }
          if (what === 'admit') {
            const admitted = arbiter.admit(prefetch(ms), by);
            if (!('refused' in admitted)) tickets.push(admitted);
          }
          const ticket = what === 'settle' ? tickets.pop() : undefined;
          if (ticket !== undefined) {
            // `ms` as a percentage of the reservation: wrong, within and above it.
            const usedMs = (ticket.reservedMs * ms) / 100;
            arbiter.settle(outcome(ticket.id, usedMs));
            spentMs += usedMs < 0 ? ticket.reservedMs : Math.min(usedMs, ticket.reservedMs);
          }
          const outstandingMs = tickets.reduce((sum, { reservedMs }) => sum + reservedMs, 0);
          const availableMs = arbiter.available('fake');
          expect(availableMs).toBeGreaterThanOrEqual(0);
          expect(availableMs).toBeLessThanOrEqual(4_000);
          expect(outstandingMs + spentMs + availableMs).toBeLessThanOrEqual(creditMs + 1e-6);
        }
      }),
    );
  });
});
