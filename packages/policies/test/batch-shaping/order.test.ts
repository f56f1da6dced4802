import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchShaping } from '../../src/batch-shaping/index.ts';
import { open } from './branches.ts';
import type { Branch } from './branches.ts';

const call = (session: string, changes: Partial<Branch> = {}): Branch => ({
  session,
  agent: 'a',
  own: 10,
  shared: 100,
  ...changes,
});

describe('order of waiting calls', () => {
  it('sends the call first of which the engine holds the most', async () => {
    const policy = batchShaping({ mode: 'on', leader: false });
    const { send } = await open({ policies: [policy], queue: { concurrency: 1 } });
    await send([call('known')]);
    const { order } = await send([call('x'), call('y'), call('z'), call('known')]);
    expect(order).toStrictEqual([0, 3, 1, 2]);
    expect(policy.figures().ordered).toBeGreaterThan(0);
  });

  it('keeps the order of arrival where nothing is held, and in shadow', async () => {
    const branches = ['x', 'y', 'z'].map((session) => call(session, { agent: session }));
    for (const mode of ['on', 'shadow'] as const) {
      const policies = [batchShaping({ mode, leader: false })];
      const { send } = await open({ policies, queue: { concurrency: 1 } });
      await send([call('known')]);
      const { order } = await send([...branches, ...(mode === 'shadow' ? [call('known')] : [])]);
      expect(order).toStrictEqual(mode === 'shadow' ? [0, 1, 2, 3] : [0, 1, 2]);
    }
  });

  it('never passes a call more often than the queue allows, and ends every call, holds included', async () => {
    const load = fc.array(
      fc.record({
        session: fc.constantFrom('s', 't', 'u'),
        agent: fc.constantFrom('a', 'b'),
        own: fc.integer({ min: 1, max: 80 }),
        shared: fc.constantFrom(1, 40, 200),
        reply: fc.integer({ min: 1, max: 40 }),
        streams: fc.boolean(),
        atMs: fc.integer({ min: 0, max: 300 }),
        givesUpAtMs: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined, freq: 6 }),
      }),
      { minLength: 2, maxLength: 14 },
    );
    const bounds = fc.record({
      concurrency: fc.integer({ min: 1, max: 3 }),
      maxOvertaken: fc.integer({ min: 0, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(load, bounds, async (branches, queue) => {
        const sent = branches.map(({ givesUpAtMs, ...branch }) => ({
          ...branch,
          ...(givesUpAtMs === undefined ? {} : { givesUpAtMs: branch.atMs + givesUpAtMs }),
        }));
        const { send } = await open({ policies: [batchShaping({ mode: 'on' })], queue });
        const { runtime, events } = await send(sent);
        const report = runtime.report().endpoints['fake']?.queue;
        expect(report?.mostOvertaken).toBeLessThanOrEqual(queue.maxOvertaken);
        expect(report).toMatchObject({ running: 0, waiting: 0, overflowed: 0 });
        const ended = events.filter(({ type }) => type === 'call-end' || type === 'call-fail');
        expect(ended).toHaveLength(branches.length);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('lets nobody wait past the bound in time', async () => {
    const policy = batchShaping({ mode: 'on', leader: false });
    const queue = { concurrency: 1, maxOvertaken: 1_000, maxOvertakenMs: 300 };
    const { send } = await open({ policies: [policy], queue });
    await send([call('known')]);
    // One call that nobody knows among a stream of known ones.
    const known = Array.from({ length: 40 }, (_, at) =>
      call('known', { atMs: at * 15, reply: 15 }),
    );
    const { order } = await send([...known, call('other', { agent: 'b', atMs: 1 })]);
    const place = order.indexOf(40);
    expect(place).toBeGreaterThan(2);
    expect(place).toBeLessThan(30);
  });
});
