import type { InlineOccasion, PolicyContext, RuntimeEvent } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryBudgets, safety } from '../../src/safety/index.ts';
import type { BudgetStore, SafetyOptions } from '../../src/safety/index.ts';

interface Ask {
  readonly call?: string;
  readonly session?: string;
  readonly agent?: string;
  readonly tenant?: string;
  readonly model?: string;
  readonly input?: number;
  readonly atMs?: number;
}

function contextAt(nowMs: number): PolicyContext {
  return {
    nowMs,
    nextAgent: () => [],
    worth: () => undefined,
    residency: { of: () => ({ tokens: 0, truth: 'own' }) },
    cost: () => ({ computeMs: () => 0, loadMs: () => 0, footprintBytes: () => 0 }),
    load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
    nextPrefix: () => undefined,
  };
}

const inSession = (session: string, atMs = 0) => ({ atMs, workload: 'w', session }) as const;

/** The policy with short ways to ask it and to tell it. */
function open(options: SafetyOptions) {
  const policy = safety({ warn: () => undefined, ...options });
  let calls = 0;
  const decide = (occasion: InlineOccasion, atMs: number): string | undefined => {
    const said = policy.act?.inline?.(occasion, contextAt(atMs)) ?? [];
    const rejected = said.find(({ kind }) => kind === 'reject');
    return rejected?.kind === 'reject' ? rejected.reason : undefined;
  };
  const ask = ({ tenant = '', model = 'm', input = 10, atMs = 0, ...who }: Ask = {}) => {
    const { call = `call ${(calls += 1)}`, session = 's', agent = 'a' } = who;
    const scope = { endpoint: 'e', model, namespace: tenant };
    const draft = { call, agent, session, scope, prefixes: [], inputTokens: input };
    return decide({ type: 'request', draft, siblings: [] }, atMs);
  };
  const step = (to: string, atMs = 0) =>
    decide({ type: 'transition', session: 's', from: 'a', to }, atMs);
  const tell = (event: RuntimeEvent) => policy.observe?.(event, contextAt(event.atMs));
  const end = (call: string, usage?: { input: number; output: number }, session = 's') =>
    tell({
      type: 'call-end',
      ...inSession(session),
      call,
      dispatch: 'd',
      agent: 'a',
      ...(usage && { usage }),
    });
  const pause = (session = 's', atMs = 0) =>
    tell({ type: 'session-pause', ...inSession(session, atMs) });
  const close = (session = 's') =>
    tell({ type: 'session-close', ...inSession(session), why: 'told' });
  return { policy, ask, step, end, pause, close };
}

describe('budgets', () => {
  it('never lets sums pass any limit, whatever overlaps, ends, fails to say or is retried', () => {
    const step = fc.record({
      agent: fc.constantFrom('a', 'b'),
      session: fc.constantFrom('s', 't'),
      tenant: fc.constantFrom('x', 'y'),
      input: fc.integer({ min: 0, max: 400 }),
      output: fc.integer({ min: 0, max: 100 }),
      settles: fc.constantFrom('now', 'later', 'silent'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const limit = { session: 3_000, a: 2_000, b: 2_000, tenant: 2_500 };
        const { ask, end } = open({
          outputTokensPerCall: 100,
          perSession: { tokens: limit.session },
          perAgent: { tokens: limit.a },
          perTenant: { tokens: limit.tenant },
        });
        const used = new Map<string, number>();
        for (const [
          number,
          { agent, session, tenant, input, output, settles },
        ] of steps.entries()) {
          const call = `c${number}`;
          if (ask({ call, agent, session, tenant, input }) !== undefined) continue;
          for (const key of [agent, session, tenant]) {
            used.set(key, (used.get(key) ?? 0) + input + output);
          }
          if (settles === 'now') end(call, { input, output }, session);
          if (settles === 'silent') end(call, undefined, session);
        }
        for (const key of ['s', 't']) expect(used.get(key) ?? 0).toBeLessThanOrEqual(limit.session);
        for (const key of ['a', 'b']) expect(used.get(key) ?? 0).toBeLessThanOrEqual(limit.a);
        for (const key of ['x', 'y']) expect(used.get(key) ?? 0).toBeLessThanOrEqual(limit.tenant);
      }),
    );
  });

  it('gives back what one budget reserved when another refuses', () => {
    const { ask } = open({ perSession: { calls: 1 }, perAgent: { calls: 2 } });
    expect(ask({ session: 's' })).toBeUndefined();
    expect(ask({ session: 's' })).toBe('the session has used up its budget of 1 calls');
    expect(ask({ session: 't' })).toBeUndefined();
    expect(ask({ session: 'u' })).toBe('a has used up its budget of 2 calls');
  });

  it('counts a run from its start to its pause', () => {
    const { ask, pause } = open({ perRun: { calls: 1 } });
    expect(ask()).toBeUndefined();
    expect(ask()).toMatch(/^the run /u);
    pause();
    expect(ask()).toBeUndefined();
  });

  it('counts dollars at the dearest price before a call and at its usage after it', () => {
    // Before: 100 × 2.5 + 10 × 10 = 350 millionths; after: 100 × 1 + 0.
    const { ask, end } = open({
      outputTokensPerCall: 10,
      usdPerMillionTokens: { m: { input: 1, cacheWrite: 2.5, output: 10 } },
      perSession: { usd: 500e-6 },
    });
    expect(ask({ call: 'one', input: 100 })).toBeUndefined();
    expect(ask({ input: 100 })).toMatch(/^the session has used up its budget of \$0\.0005/u);
    end('one', { input: 100, output: 0 });
    expect(ask({ input: 100 })).toBeUndefined();
    expect(ask({ model: 'unknown' })).toBe('no price is known for unknown');
  });

  it('begins nothing after the time of a run or a session, and counts steps', () => {
    const { ask, step, pause } = open({
      perRun: { wallMs: 100, steps: 2 },
      perSession: { wallMs: 250 },
    });
    expect(ask({ atMs: 0 })).toBeUndefined();
    expect(step('b', 50)).toBeUndefined();
    expect(step('b', 60)).toBeUndefined();
    expect(step('b', 70)).toMatch(/2 steps/u);
    expect(ask({ atMs: 100 })).toBe('the run has used up its 100 ms');
    pause('s', 110);
    expect(ask({ atMs: 200 })).toBeUndefined();
    expect(ask({ atMs: 250 })).toBe('the session has used up its 250 ms');
  });

  it('refuses a call that no tenant can be charged with', () => {
    const { ask } = open({ perTenant: { calls: 5 } });
    expect(ask()).toBe('the call has no tenant to charge');
    expect(ask({ tenant: 'x' })).toBeUndefined();
  });

  it('keeps what the first attempt of a retried call may have used', () => {
    const { ask, end } = open({ outputTokensPerCall: 10, perSession: { tokens: 59 } });
    expect(ask({ call: 'one', input: 10 })).toBeUndefined();
    expect(ask({ call: 'one', input: 10 })).toBeUndefined();
    end('one', { input: 10, output: 0 });
    // 20 of the first attempt and 10 of the second: 29 are left.
    expect(ask({ input: 20 })).toMatch(/tokens/u);
    expect(ask({ input: 19 })).toBeUndefined();
  });

  it('forgets a session that is closed', () => {
    const { ask, close } = open({ perSession: { calls: 1 } });
    expect(ask()).toBeUndefined();
    close();
    expect(ask()).toBeUndefined();
  });
});

describe('a budget store that fails', () => {
  it('refuses, counts, and says so once', () => {
    const warnings: string[] = [];
    const budgets: BudgetStore = {
      add: () => {
        throw new Error('disk full');
      },
      drop: () => undefined,
    };
    const warn = (message: string): void => void warnings.push(message);
    const { policy, ask } = open({ budgets, warn, perSession: { calls: 5 } });
    expect(ask()).toBe('the budget of the session cannot be read');
    expect(ask()).toBe('the budget of the session cannot be read');
    expect(warnings).toEqual([expect.stringContaining('disk full')]);
    expect(policy.figures()).toMatchObject({ storeFailures: 2, rejected: 2 });
  });

  it('refuses where the store answers with no sum', () => {
    const memory = memoryBudgets();
    const budgets: BudgetStore = {
      ...memory,
      add: (account, by) => ({ ...memory.add(account, by), calls: Number.NaN }),
    };
    expect(open({ budgets, perSession: { calls: 5 } }).ask()).toMatch(/cannot be read/u);
  });

  it('lets go on what has no budget', () => {
    const budgets: BudgetStore = { add: () => expect.fail('asked'), drop: () => undefined };
    expect(open({ budgets }).ask()).toBeUndefined();
  });
});

it('shares sums between two policies on one store', () => {
  const budgets = memoryBudgets();
  const one = open({ budgets, perTenant: { calls: 1 } });
  const other = open({ budgets, perTenant: { calls: 1 } });
  expect(one.ask({ tenant: 'x' })).toBeUndefined();
  expect(other.ask({ tenant: 'x' })).toMatch(/the tenant has used up/u);
});
