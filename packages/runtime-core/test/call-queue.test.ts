import { describe, expect, it } from 'vitest';
import type { QueueWish } from '../src/index.ts';
import { checkedQueueOptions } from '../src/queue-options.ts';
import { drain, line, turns, wish } from './support/queue-line.ts';

describe('CallQueue', () => {
  it('sends at once while there is room, and the rest first come, first served', async () => {
    const one = line({ concurrency: 2 });
    for (const call of ['a', 'b', 'c', 'd']) one.enter(call);
    await turns();
    expect(one.sent).toStrictEqual(['a', 'b']);
    expect(one.queue.waiting).toBe(2);
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(one.queue.report()).toMatchObject({ running: 0, waiting: 0, sent: 4, overflowed: 0 });
  });

  it('gives a place back once, however often a call says that it leaves', async () => {
    const one = line({ concurrency: 1 });
    for (const call of ['a', 'b', 'c']) one.enter(call);
    await turns();
    one.leave('a');
    one.leave('a');
    await turns();
    expect(one.sent).toStrictEqual(['a', 'b']);
  });

  it('sends the highest score first, and who came first among equals', async () => {
    const scores: Record<string, number> = { b: 0.2, c: 0.9, d: 0.2 };
    const one = line({ concurrency: 1 }, { score: (call) => scores[call] });
    for (const call of ['a', 'b', 'c', 'd']) one.enter(call);
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'c', 'b', 'd']);
  });

  it('takes a score that is no number for no opinion', async () => {
    const one = line({ concurrency: 1 }, { score: (call) => (call === 'b' ? Number.NaN : 0) });
    for (const call of ['a', 'b', 'c']) one.enter(call);
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'b', 'c']);
  });

  it('lets a call be overtaken maxOvertaken times and no more', async () => {
    const one = line({ concurrency: 1, maxOvertaken: 2 }, { score: (c) => (c === 'b' ? 0 : 1) });
    for (const call of ['a', 'b', 'c', 'd', 'e']) one.enter(call);
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'c', 'd', 'b', 'e']);
    expect(one.queue.report().mostOvertaken).toBe(2);
  });

  it('does not let a call be overtaken that has waited for maxOvertakenMs', async () => {
    const one = line(
      { concurrency: 1, maxOvertakenMs: 100 },
      { score: (c) => (c === 'b' ? 0 : 1) },
    );
    one.enter('a');
    one.enter('b');
    await turns();
    one.clock.advanceTo(100);
    one.enter('c');
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'b', 'c']);
  });

  it('sends a call that others wait for before the others of its key', async () => {
    const one = line({ concurrency: 1 }, { score: () => 1, awaited: (call) => call === 'c' });
    for (const call of ['a', 'b', 'c']) one.enter(call);
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'c', 'b']);
  });

  it('gives a call that was held the place it came with', async () => {
    const one = line({ concurrency: 1 });
    one.enter('a', { arrival: 1 });
    one.enter('c', { arrival: 3 });
    one.enter('b', { arrival: 2 });
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'b', 'c']);
  });

  it('takes turns between keys by what their calls cost', async () => {
    const one = line({ concurrency: 1 });
    one.enter('first', { wish: wish('x') });
    for (const call of ['x1', 'x2', 'x3', 'x4']) one.enter(call, { wish: wish('x', 10) });
    for (const call of ['y1', 'y2']) one.enter(call, { wish: wish('y', 20) });
    await drain(one);
    // Served to: x1 11, y1 20+1 against x2 21 (came first), then y1 21, x3 31, x4 41 and y2 41 (x4 came first).
    expect(one.sent).toStrictEqual(['first', 'x1', 'x2', 'y1', 'x3', 'x4', 'y2']);
  });

  it('gives a key of twice the weight twice the turns', async () => {
    const one = line({ concurrency: 1 });
    one.enter('first');
    for (let at = 1; at <= 8; at++) one.enter(`x${at}`, { wish: wish('x', 10, 2) });
    for (let at = 1; at <= 4; at++) one.enter(`y${at}`, { wish: wish('y', 10, 1) });
    await drain(one);
    const firstSix = one.sent.slice(1, 7).map((call) => call[0]);
    expect(firstSix.filter((key) => key === 'x')).toHaveLength(4);
  });

  it('charges what a key owes before its turn is chosen', async () => {
    const owed = [50];
    const owing: QueueWish = { ...wish('x', 10), owes: () => owed.pop() ?? 0 };
    const one = line({ concurrency: 1 });
    one.enter('first', { wish: wish('z') });
    for (const call of ['x1', 'x2']) one.enter(call, { wish: owing });
    for (const call of ['y1', 'y2', 'y3']) one.enter(call, { wish: wish('y', 10) });
    await drain(one);
    expect(one.sent).toStrictEqual(['first', 'y1', 'y2', 'y3', 'x1', 'x2']);
  });

  it('goes on without a policy whose account throws', async () => {
    const broken: QueueWish = {
      ...wish('x'),
      owes: () => {
        throw new TypeError('a bug of the policy');
      },
    };
    const one = line({ concurrency: 1 });
    for (const call of ['a', 'b', 'c']) one.enter(call, { wish: broken });
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'b', 'c']);
  });

  it('forgets a call that is aborted while it waits', async () => {
    const one = line({ concurrency: 1 });
    const abort = new AbortController();
    one.enter('a');
    one.enter('b', { signal: abort.signal });
    one.enter('c');
    await turns();
    abort.abort();
    await drain(one);
    expect(one.sent).toStrictEqual(['a', 'c']);
    expect(one.failed).toStrictEqual(['b']);
    expect(one.queue.report()).toMatchObject({ running: 0, waiting: 0, abandoned: 1 });
  });

  it('sends a call above the limit when it has waited for maxWaitMs', async () => {
    const one = line({ concurrency: 1, maxWaitMs: 500 });
    one.enter('a');
    one.enter('b');
    await turns();
    one.clock.advanceTo(499);
    await turns();
    expect(one.sent).toStrictEqual(['a']);
    one.clock.advanceTo(500);
    await turns();
    expect(one.sent).toStrictEqual(['a', 'b']);
    expect(one.queue.report()).toMatchObject({ running: 2, overflowed: 1 });
  });

  it('sends everybody when it is opened, and limits nobody from then on', async () => {
    const one = line({ concurrency: 1 });
    for (const call of ['a', 'b', 'c']) one.enter(call);
    await turns();
    one.queue.open();
    await turns();
    one.enter('d');
    await turns();
    expect(one.sent).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  it('fails who waits and who comes later when it is closed', async () => {
    const one = line({ concurrency: 1 });
    for (const call of ['a', 'b']) one.enter(call);
    await turns();
    one.queue.close(new Error('closed'));
    await turns();
    one.enter('c');
    await turns();
    expect(one.failed).toStrictEqual(['b', 'c']);
    expect(one.queue.report()).toMatchObject({ waiting: 0, abandoned: 1 });
  });

  it.each([
    [{ concurrency: 0 }, 'queue.concurrency must be a whole number of 1 or more, got 0'],
    [{ concurrency: 1.5 }, 'queue.concurrency must be a whole number of 1 or more, got 1.5'],
    [{ concurrency: 1, maxOvertaken: -1 }, 'queue.maxOvertaken must be a whole number of 0'],
    [{ concurrency: 1, maxWaitMs: Number.NaN }, 'queue.maxWaitMs must be 0 or more'],
  ])('refuses %o', (options, message) => {
    expect(() => checkedQueueOptions(options)).toThrow(message);
  });
});
