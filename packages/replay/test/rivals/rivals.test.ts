import { describe, expect, it } from 'vitest';
import { blockLoad, findMaker, pfooLower } from '../../src/index.ts';
import type { TraceCall } from '../../src/index.ts';
import { found, roleCalls } from './hand-made.ts';

/** Five agents in a ring and room for four: recency always gives up who comes next. */
const ring = roleCalls('abcdeabcdeabcde');

describe('classic orders', () => {
  it('lru gives up the oldest', () => {
    // c takes the place of b, and b that of a.
    expect(found('lru', roleCalls('abacb'), 2)).toEqual([0, 0, 1, 0, 0]);
    expect(found('lru', ring, 4)).toEqual(Array.from({ length: 15 }, () => 0));
  });

  it('lfu-decay weighs uses against age', () => {
    // At c: a = 3 exp(-.2) = 2.46, b = exp(-.1) = .90, so b goes. Then a is found.
    expect(found('lfu-decay', roleCalls('aaabca'), 2)).toEqual([0, 1, 1, 0, 0, 1]);
  });

  it('gdsf ages by the value of the last victim', () => {
    // At c: a = 2, b = 1 goes, L = 1, c = 2. At d: a = c = 2 and a is older. Counts alone would give up c.
    expect(found('gdsf', roleCalls('aabcdc'), 2)).toEqual([0, 1, 0, 0, 0, 1]);
  });

  it('sieve spares the visited once', () => {
    // At c the hand clears a and takes b; a is visited again; at d it clears a and takes c.
    expect(found('sieve', roleCalls('aabcada'), 2)).toEqual([0, 1, 0, 0, 1, 0, 1]);
  });

  it('s3-fifo moves to the main queue what was used more than once, and what a ghost remembers', () => {
    // At c: a moves to main, b goes. At b: c goes, b enters main. At c: main spares a (used), b goes.
    expect(found('s3-fifo', roleCalls('aaabcabca'), 2)).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('marconi keeps a long prefix over a short one of about the same age', () => {
    // At d: recency of a 0, of b .016, of c 1; a has .1 for its length. So b goes, and a is found whole.
    const calls = roleCalls('abcccccccda', { a: 100 });
    expect(found('marconi', calls, 102).at(-1)).toBe(100);
    expect(found('lru', calls, 102).at(-1)).toBe(99);
  });
});

describe('orders that predict agents', () => {
  // First e: nothing says what follows it, so the oldest, a, goes. Then the farthest: e at a, d at e, c at d.
  const learned = [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1];

  it.each(['cachescout', 'cachescout-repaired', 'pbkv-like'])('%s learns a ring', (name) => {
    expect(found(name, ring, 4)).toEqual(learned);
  });

  // d goes at e, c at d, b at c.
  const known = [0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1];

  it('kvflow knows the ring that is declared', () => {
    expect(found('kvflow', ring, 4)).toEqual(known);
  });

  it('kvflow without a graph is recency', () => {
    const { topology: _, ...trace } = ring.load.trace;
    const bare = { load: blockLoad(trace, 1), order: ring.order };
    expect(found('kvflow', bare, 4)).toEqual(found('lru', bare, 4));
  });

  it.each(['belady-leaf', 'greedy-offline'])('%s gives up the farthest', (name) => {
    expect(found(name, ring, 4)).toEqual(known);
  });

  it('cachesage-v1 finds in a ring what recency does not', () => {
    const long = roleCalls('abcde'.repeat(8));
    expect(found('cachesage-v1', long, 4).slice(-5)).toContain(1);
  });

  it('continuum is recency until it has seen ten gaps', () => {
    // Two rounds show five gaps.
    expect(found('continuum', roleCalls('abcdeabcde'), 4)).toEqual(
      Array.from({ length: 10 }, () => 0),
    );
  });
});

const call = (reusedTokens: number): TraceCall => ({
  agent: 0,
  role: 0,
  conversation: 0,
  roleTokens: 1,
  contextTokens: 1,
  outputTokens: 0,
  reusedTokens,
});

describe('lifecycle facts', () => {
  const sessions = [[call(0)], [call(0), call(1)], [call(0)]].map((calls, id) => ({
    id: `s${id}`,
    calls,
    conversations: 1,
  }));
  const source = { name: 'made by hand', estimated: [] };
  const calls = {
    load: blockLoad({ workload: 'ends', agents: ['a'], roles: 1, sessions, source }, 1),
    // Session 1 begins, session 0 comes and ends, session 2 needs a block, session 1 goes on.
    order: {
      sessions: Int32Array.of(1, 0, 2, 1),
      calls: Int32Array.of(0, 0, 0, 1),
      concurrency: 3,
    },
  };

  it.each(['lru', 'gdsf'])(
    '%s gives up the oldest context, with them that of the ended session',
    (name) => {
      expect(found(name, calls, 3)).toEqual([0, 1, 1, 1]);
      expect(found(`${name}-lifecycle`, calls, 3)).toEqual([0, 1, 1, 2]);
    },
  );
});

describe('pfooLower', () => {
  it('fills space and time with the shortest reuses', () => {
    // Four reuses of one block over two calls; room for one block over six calls holds three.
    const { load, order } = roleCalls('ababab');
    expect(pfooLower(load, order, 1)).toBe(3);
    expect(pfooLower(load, order, 2)).toBe(4);
  });
});

describe('findMaker', () => {
  it('says which names there are', () => {
    expect(() => findMaker('mru')).toThrow(RangeError);
    expect(() => findMaker('mru')).toThrow('s3-fifo');
  });
});
