import type { Directive, PolicyContext } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { batchShaping } from '../../src/batch-shaping/index.ts';
import { fanOut, open } from './branches.ts';

const quiet = { policies: [] };

describe('leader-first fan-out', () => {
  it('lets one branch compute what eight share, and the others read it', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const without = await (await open(quiet)).send(fanOut(8));
    const shaped = await (await open({ policies: [policy] })).send(fanOut(8));
    expect(shaped.computedTokens).toBeLessThan(0.4 * without.computedTokens);
    expect(policy.figures().leader).toMatchObject({ held: 7, found: 7, missed: 0 });
    // Held until the first token of the leader, not until its end.
    const leaderEnds = shaped.endedAtMs[0] ?? 0;
    const [second = Infinity] = shaped.events
      .filter(({ type }) => type === 'call-first-token')
      .map(({ atMs }) => atMs);
    expect(second).toBeLessThan(leaderEnds);
  });

  it('holds nobody when the shared prefix is resident', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy] });
    await send(fanOut(1));
    const again = await send(fanOut(8));
    const alone = await (await open(quiet)).send(fanOut(1));
    expect(policy.figures().leader).toMatchObject({ held: 0, notWorthIt: 7 });
    for (const endedMs of again.endedAtMs) {
      expect(endedMs).toBeLessThan(alone.endedAtMs[0] ?? 0);
    }
  });

  it.each([
    ['the shared prefix is short', { shared: 5, own: 5 }, 0],
    [
      'the own part of the leader takes longer than what they would save',
      { shared: 40, own: 400 },
      0,
    ],
    ['it pays', { shared: 400, own: 40 }, 3],
  ])('weighs waiting against saving: %s', async (_, changes, held) => {
    const policy = batchShaping({ mode: 'on', order: false });
    await (await open({ policies: [policy] })).send(fanOut(4, changes));
    expect(policy.figures().leader?.held).toBe(held);
  });

  it("holds nobody on a paid API, which computes prompts side by side: all would be later by what is the leader's own", async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const without = await (await open({ ...quiet, paid: true })).send(fanOut(8));
    const shaped = await (await open({ policies: [policy], paid: true })).send(fanOut(8));
    expect(shaped.endedAtMs).toStrictEqual(without.endedAtMs);
    expect(policy.figures().leader).toMatchObject({ held: 0, notWorthIt: 7 });
  });

  it('holds a branch that comes there when less is left of the leader than it saves', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const [leader, late] = fanOut(2);
    if (leader === undefined || late === undefined) throw new Error('no branches');
    // 200 words are shared and 10 are the leader's own: after 50 ms of 213 fewer than 200 are left.
    const branches = [leader, { ...late, atMs: 50 }];
    const without = await (await open({ ...quiet, paid: true })).send(branches);
    const shaped = await (await open({ policies: [policy], paid: true })).send(branches);
    expect(policy.figures().leader).toMatchObject({ held: 1, found: 1 });
    expect(shaped.endedAtMs[1]).toBeLessThan(without.endedAtMs[1] ?? 0);
  });

  it('buys tokens with time where it may', async () => {
    const policy = batchShaping({ mode: 'on', order: false, leader: { maxLaterMs: 50 } });
    const without = await (await open({ ...quiet, paid: true })).send(fanOut(8));
    const shaped = await (await open({ policies: [policy], paid: true })).send(fanOut(8));
    expect(shaped.computedTokens).toBeLessThan(0.4 * without.computedTokens);
    const later = Math.max(...shaped.endedAtMs) - Math.max(...without.endedAtMs);
    expect(later).toBeLessThanOrEqual(50);
  });

  it('learns that prompts are computed side by side, and stops', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy] });
    const played = async (at: number) =>
      send(fanOut(8, { session: `s${at}`, shared: 100, own: 40 }));
    for (let at = 0; at < 8; at++) await played(at);
    expect(policy.figures().leader?.prefillsInTurn['fake']).toBeLessThan(0.05);
    const before = policy.figures().leader?.held;
    await played(8);
    expect(policy.figures().leader?.held).toBe(before);
  });

  it('learns that prompts are computed in turn, and waits for long leaders as well', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy], prefill: 'in-turn' });
    for (let at = 0; at < 4; at++) await send(fanOut(8, { session: `s${at}` }));
    expect(policy.figures().leader?.prefillsInTurn['fake']).toBeGreaterThan(0.95);
    const long = { session: 'long', shared: 40, own: 400 };
    const without = await (await open({ ...quiet, prefill: 'in-turn' })).send(fanOut(8, long));
    const before = policy.figures().leader?.held ?? 0;
    const shaped = await send(fanOut(8, long));
    expect(policy.figures().leader?.held ?? 0).toBeGreaterThan(before);
    expect(Math.max(...shaped.endedAtMs)).toBeLessThan(Math.max(...without.endedAtMs));
  });

  it('holds no call of another session, nor one that shares nothing', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy] });
    await send([...fanOut(1), ...fanOut(1, { session: 't' }), ...fanOut(1, { agent: 'b' })]);
    expect(policy.figures().leader?.held).toBe(0);
  });

  it('releases the siblings of a leader that gives up', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy] });
    const [leader, ...others] = fanOut(4);
    const sent = await send(
      leader === undefined ? [] : [{ ...leader, givesUpAtMs: 50 }, ...others],
    );
    expect(sent.endedAtMs[0]).toBeLessThan(60);
    expect(Math.max(...sent.endedAtMs)).toBeLessThan(50 + 5_000);
    expect(sent.order).toHaveLength(4);
  });

  it('waits for answers in one piece only as long as the prefill should take', async () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const { send } = await open({ policies: [policy] });
    const slow = { streams: false, reply: 3_000 };
    // Nobody knows yet that there is no first token to wait for.
    await send(fanOut(2, { ...slow, session: 'first' }));
    const sent = await send(fanOut(4, { ...slow, session: 'second' }));
    // Twice the prefill of 213 tokens, and then a reply of their own.
    for (const endedMs of sent.endedAtMs.slice(1)) expect(endedMs).toBeLessThan(3_000 + 500);
    expect(policy.figures().leader).toMatchObject({ found: 4, missed: 0 });
  });

  it('says where it does not apply: where siblings find nothing, as between sequences that cannot share', () => {
    const policy = batchShaping({ mode: 'on', order: false });
    const scope = { endpoint: 'e', model: 'm', namespace: '' };
    const context: PolicyContext = {
      nowMs: 0,
      nextAgent: () => [],
      worth: () => undefined,
      residency: { of: () => ({ tokens: 0, truth: 'own' }) },
      cost: () => ({
        computeMs: (from, to) => to - from,
        loadMs: () => 0,
        footprintBytes: () => 0,
      }),
      load: () => ({ running: 0, waiting: 0, ageMs: 0 }),
      nextPrefix: () => undefined,
    };
    const start = (call: string, siblings: readonly string[]): readonly Directive[] => {
      const prefixes = [
        { id: 'shared', tokens: 200, scope, agent: 'a', tokensEvidence: 'exact' },
      ] as const;
      const draft = { call, agent: 'a', session: 's', scope, prefixes, inputTokens: 210 };
      return policy.act?.inline?.({ type: 'request', draft, siblings }, context) ?? [];
    };
    const end = (call: string): void => {
      const usage = { input: 210, cacheRead: 0, output: 5 };
      const of = { call, agent: 'a', session: 's', dispatch: 'd', workload: 'w', atMs: 0 };
      policy.observe?.({ type: 'call-end', ...of, usage }, context);
    };
    expect(policy.figures().leader?.doesNotApplyOn).toStrictEqual([]);
    let holds = 0;
    for (let at = 0; at < 30; at++) {
      start(`leader-${at}`, []);
      holds += start(`sibling-${at}`, [`leader-${at}`]).length;
      end(`leader-${at}`);
      end(`sibling-${at}`);
    }
    expect(policy.figures().leader?.doesNotApplyOn).toStrictEqual(['e']);
    expect(holds).toBeLessThan(12);
  });

  it.each([
    [{ maxWaitMs: -1 }, 'leader.maxWaitMs must be 0 or more, got -1'],
    [{ minSavedMs: Number.NaN }, 'leader.minSavedMs must be 0 or more, got NaN'],
    [{ maxLaterMs: -2 }, 'leader.maxLaterMs must be 0 or more, got -2'],
  ])('refuses %o', (leader, message) => {
    expect(() => batchShaping({ leader })).toThrow(message);
  });
});
