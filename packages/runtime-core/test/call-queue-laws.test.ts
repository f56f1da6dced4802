import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueWish } from '../src/index.ts';
import { drain, line, turns, wish } from './support/queue-line.ts';

describe('CallQueue under any schedule', () => {
  const calls = fc.array(
    fc.record({
      key: fc.constantFrom('x', 'y', 'z'),
      cost: fc.integer({ min: 1, max: 50 }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      fate: fc.constantFrom('served', 'served', 'served', 'aborted'),
      leavesFirst: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('serves or fails everybody, overtakes nobody beyond the bound, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        async (load, concurrency, maxOvertaken) => {
          const scores = new Map(load.map(({ score }, at) => [`c${at}`, score]));
          const one = line({ concurrency, maxOvertaken }, { score: (call) => scores.get(call) });
          const aborts = new Map<string, AbortController>();
          let left = 0;
          for (const [at, { key, cost, fate, leavesFirst }] of load.entries()) {
            const call = `c${at}`;
            const abort = new AbortController();
            if (fate === 'aborted') aborts.set(call, abort);
            one.enter(call, { wish: wish(key, cost), signal: abort.signal });
            if (leavesFirst) {
              await turns();
              if (left < one.sent.length) one.leave(one.sent[left++] ?? '');
            }
            expect(one.queue.report().running).toBeLessThanOrEqual(concurrency);
          }
          for (const abort of aborts.values()) abort.abort();
          await drain(one);
          expect([...one.sent, ...one.failed].toSorted()).toStrictEqual(
            [...scores.keys()].toSorted(),
          );
          for (const call of one.failed) expect(aborts.has(call)).toBe(true);
          const { running, waiting, mostOvertaken } = one.queue.report();
          expect({ running, waiting }).toStrictEqual({ running: 0, waiting: 0 });
          expect(mostOvertaken).toBeLessThanOrEqual(maxOvertaken);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  it('keeps what two keys that wait are served within one call of each', async () => {
    const costs = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(costs, costs, fc.integer({ min: 1, max: 4 }), async (xs, ys, weight) => {
        const one = line({ concurrency: 1 });
        const cost = new Map<string, number>();
        one.enter('first', { wish: wish('other') });
        for (const [key, list] of [['x', xs] as const, ['y', ys] as const]) {
          for (const [at, each] of list.entries()) {
            cost.set(`${key}${at}`, each);
            one.enter(`${key}${at}`, { wish: wish(key, each, key === 'x' ? weight : 1) });
          }
        }
        await drain(one);
        const served = { x: 0, y: 0 };
        const waiting = { x: xs.length, y: ys.length };
        for (const call of one.sent.slice(1)) {
          // |Wx/wx - Wy/wy| <= Lx/wx + Ly/wy while both wait (Golestani 1994, theorem 1).
          const key = call.startsWith('x') ? 'x' : 'y';
          served[key] += cost.get(call) ?? 0;
          waiting[key] -= 1;
          if (waiting.x === 0 || waiting.y === 0) break;
          const gap = Math.abs(served.x / weight - served.y);
          expect(gap).toBeLessThanOrEqual(Math.max(...xs) / weight + Math.max(...ys));
        }
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('serves a call although new keys never stop coming', async () => {
    // Each of the 40 keys that come, one at every turn, is served up to one call after the newest one: x is passed by
    // those that would be served to less than 30, and that are at most 30 calls of cost 1.
    const one = line({ concurrency: 1 });
    one.enter('first', { wish: wish('other', 1) });
    one.enter('patient', { wish: wish('x', 30) });
    for (let at = 0; at < 40; at++) {
      one.enter(`new${at}`, { wish: wish(`key${at}`, 1) });
      await turns();
      one.leave(one.sent.at(-1) ?? '');
      await turns();
    }
    const passed = one.sent.indexOf('patient');
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThanOrEqual(31);
  });
});

/** A call of a run inside a tenant. */
function part(tenant: string, run: string): QueueWish {
  return { ...wish(run), of: { key: tenant, weight: 1 } };
}

describe('CallQueue with flows inside flows', () => {
  it('shares between the outer flows first, and what one of them gets between its parts', async () => {
    // Tenant t has eight runs, tenant u one: u gets every second turn, and the runs of t take turns.
    const one = line({ concurrency: 1 });
    one.enter('first', { wish: wish('other') });
    for (const round of [1, 2]) {
      for (const run of ['a', 'b', 'c', 'd']) {
        one.enter(`t-${run}${round}`, { wish: part('t', run) });
      }
    }
    for (let at = 1; at <= 4; at++) one.enter(`u-${at}`, { wish: part('u', 'z') });
    await drain(one);
    expect(one.sent.slice(1).join(' ')).toBe(
      't-a1 u-1 t-b1 u-2 t-c1 u-3 t-d1 u-4 t-a2 t-b2 t-c2 t-d2',
    );
  });

  it('charges what an outer flow owes to all of its parts', async () => {
    const owed = [3];
    const owes = (): number => owed.pop() ?? 0;
    const one = line({ concurrency: 1 });
    one.enter('first', { wish: wish('other') });
    one.enter('t1', { wish: { ...wish('a'), of: { key: 't', weight: 1, owes } } });
    one.enter('t2', { wish: { ...wish('b'), of: { key: 't', weight: 1 } } });
    for (let at = 1; at <= 4; at++) one.enter(`u${at}`, { wish: wish('u') });
    await drain(one);
    // The clock stands at 1 after the first. t begins at 3, so t1 ends at 4 and t2 at 5; u1 to u4 end at 2 to 5.
    expect(one.sent).toStrictEqual(['first', 'u1', 'u2', 't1', 'u3', 't2', 'u4']);
  });
});
