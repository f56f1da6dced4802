import * as fc from 'fast-check';
import type { CallDraft, Directive, PolicyContext, QueueWish, Usage } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { fairness } from '../../src/fairness/index.ts';
import type { Fairness, FairnessOptions } from '../../src/fairness/index.ts';
import { rush } from './tenants.ts';

const context = (cached = 0): PolicyContext => ({
  nowMs: 0,
  nextAgent: () => [],
  worth: () => undefined,
  residency: { of: () => ({ tokens: cached, truth: 'own' }) },
  cost: () => ({ computeMs: () => 0, loadMs: () => 0, footprintBytes: () => 0 }),
  load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
  nextPrefix: () => undefined,
});

function draftOf(call: string, tenant: string, inputTokens: number): CallDraft {
  const scope = { endpoint: 'e', model: 'm', namespace: tenant };
  const session = `session of ${tenant}`;
  const shared = { scope, agent: 'a', tokensEvidence: 'exact' } as const;
  const prefixes = [{ id: call, tokens: inputTokens, ...shared }];
  return { call, agent: 'a', session, scope, prefixes, inputTokens };
}

function ask(policy: Fairness, draft: CallDraft, cached = 0): QueueWish {
  const directives: readonly Directive[] =
    policy.act?.inline?.({ type: 'request', draft, siblings: [] }, context(cached)) ?? [];
  const [wish] = directives;
  if (wish?.kind !== 'queue') throw new TypeError('no queue directive');
  return wish;
}

function tell(
  policy: Fairness,
  draft: CallDraft,
  end: { readonly usage?: Usage } | { readonly code: string },
  sent = true,
): void {
  const { call, session, agent } = draft;
  const at = { atMs: 0, workload: 'w', session, call, agent, dispatch: 'd' };
  if (sent) policy.observe?.({ type: 'call-send', waitedMs: 0, ...at }, context());
  if ('code' in end) policy.observe?.({ type: 'call-fail', ...at, ...end }, context());
  else policy.observe?.({ type: 'call-end', ...at, ...end }, context());
}

const p95 = (waits: readonly number[] = []): number =>
  waits.toSorted((a, b) => a - b)[Math.floor(0.95 * waits.length)] ?? 0;

describe('fairness', () => {
  it('charges what a call is expected to cost, cached tokens at a tenth', () => {
    const policy = fairness({ expectedOutputTokens: 50 });
    // 100 - 40 computed, 40 cached, 50 expected.
    expect(ask(policy, draftOf('c', 't', 100), 40).cost).toBeCloseTo(60 + 4 + 100, 9);
  });

  it('puts the sessions of a tenant inside the tenant, with its weight', () => {
    const wish = ask(fairness({ weights: { t: 3 } }), draftOf('c', 't', 100));
    expect(wish).toMatchObject({ weight: 1, of: { weight: 3 } });
    const flat = ask(fairness({ between: 'tenants', weights: { t: 3 } }), draftOf('c', 't', 100));
    expect(flat).toMatchObject({ weight: 3 });
    expect(flat.of).toBeUndefined();
  });

  it('charges the rest to session and tenant when the usage is known, once', () => {
    const policy = fairness({ expectedOutputTokens: 50 });
    const draft = draftOf('c', 't', 100);
    ask(policy, draft);
    tell(policy, draft, { usage: { input: 100, output: 200 } });
    const wish = ask(policy, draftOf('d', 't', 100));
    // Charged 100 + 2 × 50, used 100 + 2 × 200.
    expect(wish.owes?.()).toBe(300);
    expect(wish.of?.owes?.()).toBe(300);
    expect(wish.owes?.()).toBe(0);
    expect(policy.figures().tenants).toStrictEqual({ t: { calls: 1, cost: 500, warmUpCost: 0 } });
  });

  it('expects of an agent what its replies have been', () => {
    const policy = fairness({ expectedOutputTokens: 50 });
    const draft = draftOf('c', 't', 100);
    ask(policy, draft);
    tell(policy, draft, { usage: { input: 100, output: 200 } });
    expect(ask(policy, draftOf('d', 'other', 100)).cost).toBe(100 + 400);
  });

  it('charges nothing for a call that never left the queue, nor for one that the engine refused', () => {
    const policy = fairness({ expectedOutputTokens: 50 });
    const waiting = draftOf('c', 't', 100);
    ask(policy, waiting);
    tell(policy, waiting, { code: 'aborted' }, false);
    expect(ask(policy, draftOf('d', 't', 1)).owes?.()).toBe(0);
    const refused = draftOf('e', 't', 100);
    ask(policy, refused);
    tell(policy, refused, { code: 'http-429' });
    expect(ask(policy, draftOf('f', 't', 1)).owes?.()).toBe(-200);
    expect(policy.figures().tenants['t']?.cost ?? 0).toBe(0);
  });

  it('keeps to what was expected where the engine does not say what it used', () => {
    const policy = fairness({ expectedOutputTokens: 50 });
    const draft = draftOf('c', 't', 100);
    ask(policy, draft);
    tell(policy, draft, {});
    expect(ask(policy, draftOf('d', 't', 1)).owes?.()).toBe(0);
    expect(policy.figures().tenants['t']).toMatchObject({ cost: 200 });
  });

  it('charges a warm-up to the session that it was for, and to its tenant', () => {
    const policy = fairness();
    const draft = draftOf('c', 't', 100);
    const outcome = {
      id: 'i',
      state: 'applied',
      mode: 'hard',
      evidence: 'exact',
      computedTokens: 70,
      movedBytes: 0,
      engineMs: 1,
    } as const;
    policy.observe?.(
      {
        type: 'intent-settle',
        atMs: 0,
        workload: 'w',
        outcome,
        session: draft.session,
        tenant: 't',
        endpoint: 'e',
      },
      context(),
    );
    const wish = ask(policy, draft);
    expect(wish.owes?.()).toBe(70);
    expect(wish.of?.owes?.()).toBe(70);
    expect(policy.figures().tenants['t']).toStrictEqual({ calls: 0, cost: 70, warmUpCost: 70 });
  });

  it.each<[FairnessOptions, string]>([
    [{ weights: { t: 0 } }, "weights['t'] must be a number above 0, got 0"],
    [{ costs: { output: -1 } }, 'output must be 0 or more, got -1'],
    [{ expectedOutputTokens: Number.NaN }, 'expectedOutputTokens must be 0 or more, got NaN'],
  ])('refuses %o', (options, message) => {
    expect(() => fairness(options)).toThrow(message);
  });
});

describe('fairness in a queue', () => {
  const load = {
    queue: { concurrency: 4 },
    sessions: { small: 4, large: 80 },
    untilMs: 30_000,
    // What is expected of a reply is wrong for both until they have answered.
    words: (tenant: string) =>
      tenant === 'small' ? { prompt: 60, reply: 30 } : { prompt: 30, reply: 45 },
  };

  it('gives two equal tenants the same share, though one has twenty times the sessions', async () => {
    const without = await rush({ ...load, policies: [] });
    const fair = await rush({ ...load, policies: [fairness({ mode: 'on' })] });
    const ratio = ({ work }: typeof fair): number =>
      (work.get('large') ?? 0) / (work.get('small') ?? 1);
    expect(ratio(without)).toBeGreaterThan(10);
    expect(ratio(fair)).toBeLessThan(1.1);
    expect(ratio(fair)).toBeGreaterThan(1 / 1.1);
    // A call of small waits for one of the places that its tenant has by turns, not for 80 others.
    expect(p95(fair.waits.get('small'))).toBeLessThan(p95(without.waits.get('small')) / 5);
  });

  it('gives a tenant of twice the weight twice the share', async () => {
    const policies = [fairness({ mode: 'on', weights: { small: 2 } })];
    const { work } = await rush({ ...load, sessions: { small: 8, large: 80 }, policies });
    const ratio = (work.get('small') ?? 0) / (work.get('large') ?? 1);
    expect(ratio).toBeGreaterThan(2 / 1.1);
    expect(ratio).toBeLessThan(2 * 1.1);
  });

  it('serves a single tenant as many calls as first come, first served does', async () => {
    const single = { ...load, sessions: { only: 40 } };
    const without = await rush({ ...single, policies: [] });
    const fair = await rush({ ...single, policies: [fairness({ mode: 'on' })] });
    expect(Math.abs(fair.calls / without.calls - 1)).toBeLessThan(0.02);
  });

  it('starves nobody, whatever tenants come and whatever their calls cost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 12 }), {
          minKeys: 2,
        }),
        fc.array(
          fc.record({
            prompt: fc.integer({ min: 3, max: 60 }),
            reply: fc.integer({ min: 1, max: 60 }),
          }),
          {
            minLength: 4,
            maxLength: 4,
          },
        ),
        async (sessions, sizes) => {
          const names = ['a', 'b', 'c', 'd'];
          const { waits } = await rush({
            queue: { concurrency: 1 },
            sessions,
            untilMs: 20_000,
            policies: [fairness({ mode: 'on', expectedOutputTokens: 30 })],
            words: (tenant) => sizes[names.indexOf(tenant)] ?? { prompt: 9, reply: 9 },
          });
          // A token counts 1 or 2 and takes 1 ms; the clock steps by 20 ms; a reply is expected wrongly by at most 60.
          const most = Math.max(...sizes.map(({ prompt, reply }) => prompt + 2 * reply)) + 140;
          const others = Object.keys(sessions).length - 1;
          for (const [tenant, count] of Object.entries(sessions)) {
            // Before a call of one of n sessions each other session of its tenant is served at most twice, so its
            // tenant 2n - 1 calls, and meanwhile each other tenant as much and one call; one call was under way.
            const calls = 2 * count - 1 + others * 2 * count + 1;
            for (const waited of waits.get(tenant) ?? []) {
              expect(waited).toBeLessThanOrEqual(calls * most);
            }
          }
        },
      ),
      { numRuns: 8, seed: 7 },
    );
  });
});
