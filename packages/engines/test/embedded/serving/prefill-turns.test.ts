import { describe, expect, it } from 'vitest';
import { PrefillTurns } from '../../../src/embedded/serving/prefill-turns.ts';

const never = new AbortController().signal;

describe('PrefillTurns', () => {
  it('lets one in at a time, in the order in which they came', async () => {
    const turns = new PrefillTurns();
    const order: number[] = [];
    const first = await turns.take(never);
    const others = [1, 2].map(async (number) => {
      const end = await turns.take(never);
      order.push(number);
      end();
    });
    expect(order).toEqual([]);
    first();
    await Promise.all(others);
    expect(order).toEqual([1, 2]);
    // Free again.
    (await turns.take(never))();
  });

  it('skips one that was aborted while it waited, and tells it why', async () => {
    const turns = new PrefillTurns();
    const stop = new AbortController();
    const first = await turns.take(never);
    const aborted = turns.take(stop.signal);
    const next = turns.take(never);
    const reason = new Error('changed my mind');
    stop.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    first();
    (await next)();
    await expect(turns.take(stop.signal)).rejects.toBe(reason);
  });

  it('ends a turn once, however often it is told', async () => {
    const turns = new PrefillTurns();
    const first = await turns.take(never);
    first();
    const second = await turns.take(never);
    first();
    let third = false;
    const waiting = turns.take(never).then((end) => {
      third = true;
      return end;
    });
    await Promise.resolve();
    expect(third).toBe(false);
    second();
    (await waiting)();
  });
});
