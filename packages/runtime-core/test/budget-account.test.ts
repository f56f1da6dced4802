import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetAccount } from '../src/budget-account.ts';
import type { Budget, EngineLoad } from '../src/index.ts';

const budget: Budget = {
  share: 0.5,
  burstMs: 1_000,
  maxWaiting: 0,
  maxRunning: 0,
  maxLoadAgeMs: 1_000,
  usdPerHour: 0,
  waitUsdPerSecond: 0,
  tenantShare: 0.5,
};
const idle: EngineLoad = { running: 0, waiting: 0, ageMs: 0 };
const busy: EngineLoad = { running: 1, waiting: 0, ageMs: 0 };

describe('BudgetAccount', () => {
  it('starts with a quarter of the burst, and with nothing where no share is earned', () => {
    expect(new BudgetAccount(budget, 0).availableMs).toBe(250);
    expect(new BudgetAccount({ ...budget, share: 0 }, 0).availableMs).toBe(0);
  });

  it('earns the share of the time between two idle readings', () => {
    const account = new BudgetAccount(budget, 0);
    account.note(idle, 300);
    // 250 + 0.5 × 300
    expect(account.availableMs).toBe(400);
  });

  it('earns nothing for time that ends or begins busy', () => {
    const account = new BudgetAccount(budget, 0);
    account.note(busy, 300);
    account.note(idle, 700);
    expect(account.availableMs).toBe(250);
    account.note(idle, 800);
    expect(account.availableMs).toBe(300);
  });

  it('earns nothing from the beginning of work until it is seen idle again', () => {
    const account = new BudgetAccount(budget, 0);
    account.note(idle, 100);
    account.begin();
    account.note(idle, 900);
    expect(account.availableMs).toBe(300);
  });

  it('refuses what it has not got, and what is no time', () => {
    const account = new BudgetAccount(budget, 0);
    expect(account.reserve(251)).toBe(false);
    expect(account.reserve(-1)).toBe(false);
    expect(account.reserve(Number.NaN)).toBe(false);
    expect(account.reserve(Infinity)).toBe(false);
    expect(account.availableMs).toBe(250);
    expect(account.reserve(250)).toBe(true);
    expect(account.availableMs).toBe(0);
  });

  it('pays what took longer than reserved from the rest', () => {
    const account = new BudgetAccount(budget, 0);
    account.reserve(100);
    account.settle(100, 130);
    expect(account.availableMs).toBe(120);
  });

  it.each([Number.NaN, -5_000])('counts %s as the whole reservation', (usedMs) => {
    const account = new BudgetAccount(budget, 0);
    account.reserve(100);
    account.settle(100, usedMs);
    expect(account.availableMs).toBe(150);
  });

  it('never holds less than nothing nor more than the burst, whatever happens', () => {
    const time = fc.double({ min: -1e6, max: 1e6 });
    const step = fc.oneof(
      fc.record({ what: fc.constant('note'), ms: fc.double({ min: 0, max: 1e5, noNaN: true }) }),
      fc.record({ what: fc.constant('reserve'), ms: time }),
      fc.record({ what: fc.constant('settle'), ms: time }),
    );
    fc.assert(
      fc.property(fc.array(step), fc.array(fc.boolean()), (steps, loads) => {
        const account = new BudgetAccount(budget, 0);
        const reserved: number[] = [];
        let nowMs = 0;
        for (const [at, { what, ms }] of steps.entries()) {
          if (what === 'note') account.note(loads[at] === true ? busy : idle, (nowMs += ms));
          if (what === 'reserve' && account.reserve(ms)) reserved.push(ms);
          if (what === 'settle') account.settle(reserved.pop() ?? 0, ms);
          expect(account.availableMs).toBeGreaterThanOrEqual(0);
          expect(account.availableMs).toBeLessThanOrEqual(budget.burstMs);
        }
      }),
    );
  });
});
