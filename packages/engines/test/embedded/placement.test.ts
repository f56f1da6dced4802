import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  option,
  record,
} from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Content } from '../../src/slot-manager/slots/content.ts';
import { commonPrefix } from '../../src/slot-manager/slots/content.ts';
import type { PassiveHost } from './support/passive-host.ts';
import {
  benchOf,
  clearBenches,
  privateTokens,
  promptOf,
  roleTokens,
  stateBytes,
  type Bench,
} from './support/placement-bench.ts';

afterEach(clearBenches);

/** Ranks the named sessions as the first to go. */
const worthless =
  (...sessions: string[]) =>
  (candidates: Parameters<PassiveHost['rank']>[0]): number[] => {
    const isWorthless = (at: number): boolean =>
      candidates[at]?.loses.some(({ prefix }) => sessions.includes(prefix.session ?? '')) === true;
    return candidates
      .map((_, at) => at)
      .toSorted((a, b) => Number(isWorthless(b)) - Number(isWorthless(a)));
  };

describe('placement by worth', () => {
  it('continues a conversation in its slot without asking anybody', async () => {
    const bench = await benchOf(2, 1e6);
    const first = await bench.run(promptOf(0, 0));
    const second = await bench.run(promptOf(0, 0, 1));
    expect(second.slot).toBe(first.slot);
    expect(second.cached).toBe(roleTokens + privateTokens);
    expect(bench.host.asked).toEqual([]);
  });

  it('gives up the slot that is ranked first, not the oldest', async () => {
    const bench = await benchOf(2, 0);
    const oldest = await bench.run(promptOf(0, 0));
    const newest = await bench.run(promptOf(1, 1));
    bench.host.rankWith = worthless('s1');
    const third = await bench.run(promptOf(2, 2));
    expect(third.slot).toBe(newest.slot);
    expect(oldest.slot.content.session?.session).toBe('s0');
  });

  it('gives up the least recently used slot without an opinion', async () => {
    const bench = await benchOf(2, 0);
    const oldest = await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    expect((await bench.run(promptOf(2, 2))).slot).toBe(oldest.slot);
  });

  it('says what a slot would really lose: shared heads stay, copies soften', async () => {
    const bench = await benchOf(2, 1e6);
    await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    await bench.run(promptOf(0, 2));
    const [slots] = bench.host.asked;
    const loses = slots?.map((candidate) =>
      candidate.loses.map(({ prefix, tokens, copyIn }) => [prefix.id, tokens, copyIn]),
    );
    expect(loses).toEqual([
      // The newcomer has the same role: only what is behind it goes.
      [['a0-s0-t0', privateTokens, undefined]],
      // The role head of the other agent has a state of its own; a session prefix counts from position 0.
      [
        ['role-1', roleTokens, 'disk'],
        ['a1-s1-t0', roleTokens + privateTokens, undefined],
      ],
    ]);
    expect(slots?.map(({ freesBytes }) => freesBytes)).toEqual([
      stateBytes(2_000),
      stateBytes(2_000),
    ]);
  });

  it('saves a victim before it overwrites it, and finds it again', async () => {
    const bench = await benchOf(1, 1e6);
    await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    const back = await bench.run(promptOf(0, 0, 1));
    expect(back.fromDisk).toBe(roleTokens + privateTokens);
    expect(bench.counters).toMatchObject({ loads: 1, evictions: 2 });
  });

  it('does not save what is worth nothing', async () => {
    const bench = await benchOf(1, 1e6);
    bench.host.worthOf = ({ session }) =>
      session === 's0' ? { reuse: 0, gainMs: 0, keep: 0 } : undefined;
    await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    expect((await bench.run(promptOf(0, 0, 1))).fromDisk).toBe(roleTokens);
  });

  it('lets a newer state of a conversation replace the older one', async () => {
    const bench = await benchOf(1, 1e6);
    for (const turn of [0, 1, 2]) {
      await bench.run(promptOf(0, 0, turn));
      await bench.run(promptOf(1, 1, turn));
    }
    const kept = bench.places.tier?.states.map(
      ({ content }) => content.session?.id ?? content.role?.id,
    );
    expect(kept?.toSorted()).toEqual(['a0-s0-t2', 'a1-s1-t1', 'role-0', 'role-1']);
  });

  it('does not save a state that is itself ranked below all that is there', async () => {
    const room = stateBytes(roleTokens) * 2 + stateBytes(roleTokens + privateTokens);
    const bench = await benchOf(1, room);
    await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    bench.host.rankWith = worthless('s1');
    await bench.run(promptOf(0, 2));
    const kept = bench.places.tier?.states.map(
      ({ content }) => content.session?.id ?? content.role?.id,
    );
    expect(kept?.toSorted()).toEqual(['a0-s0-t0', 'role-0', 'role-1']);
    expect(bench.counters.droppedSpills).toBe(1);
  });

  it('never evicts the state that it is about to load', async () => {
    const room = stateBytes(roleTokens) * 2 + stateBytes(roleTokens + privateTokens);
    const bench = await benchOf(1, room);
    await bench.run(promptOf(0, 0));
    await bench.run(promptOf(1, 1));
    // Spilling s1 needs room, and the state of s0 is the only one that would do.
    bench.host.rankWith = worthless('s0');
    const back = await bench.run(promptOf(0, 0, 1));
    expect(back.fromDisk).toBe(roleTokens + privateTokens);
  });

  it('copies a shared head out of a slot that is worth keeping', async () => {
    const bench = await benchOf(2, 1e6);
    // Somebody else's session begins with all of this one's first turn: a head that no role state has.
    const rich = promptOf(0, 0, 5);
    await bench.run(rich);
    await bench.run(promptOf(1, 1));
    bench.host.rankWith = worthless('s1');
    const branch: Content = {
      ...promptOf(0, 7, 3),
      tokens: Int32Array.from([...rich.tokens.subarray(0, 500), ...new Int32Array(150).fill(7)]),
    };
    const placed = await bench.run(branch);
    expect([placed.cached, placed.fromDisk]).toEqual([500, 500]);
    expect(bench.table.slots.some(({ content }) => content.session?.id === rich.session?.id)).toBe(
      true,
    );
  });

  it('lets a warm-up displace only what is worth less', async () => {
    const bench = await benchOf(1, 0);
    await bench.run(promptOf(0, 0));
    const wanted = promptOf(1, 1);
    const { session } = wanted;
    if (session === undefined) throw new Error('no session');
    const options = { occupant: 'warm-up', unlessWorthLessThan: session } as const;
    bench.host.rankWith = worthless('s1');
    expect(await bench.places.placement.place(wanted, options)).toBeUndefined();
    bench.host.rankWith = worthless('s0');
    expect(await bench.places.placement.place(wanted, options)).toMatchObject({ cached: 0 });
  });
});

describe('placement, whatever comes', () => {
  it('keeps record and KV equal, stays within its bytes, and counts as cached only what is there', async () => {
    const request = record({
      agent: nat({ max: 2 }),
      session: nat({ max: 3 }),
      turn: nat({ max: 3 }),
      ranked: option(array(integer({ min: -1, max: 9 }), { maxLength: 12 })),
      keep: constantFrom(undefined, 0, 1),
    });
    const sizes = record({
      slots: integer({ min: 1, max: 3 }),
      tierBytes: constantFrom(0, 3_000, 9_000, 50_000),
    });
    await assert(
      asyncProperty(
        sizes,
        array(request, { maxLength: 14 }),
        async ({ slots, tierBytes }, requests) => {
          const bench = await benchOf(slots, tierBytes);
          for (const { agent, session, turn, ranked, keep } of requests) {
            // Not even a wrong order may break anything.
            bench.host.rankWith = () => ranked ?? undefined;
            bench.host.worthOf = () =>
              keep === undefined ? undefined : { reuse: keep, gainMs: 1, keep };
            const wanted = promptOf(agent, session, turn);
            const before = bench.table.slots.map(({ content }) => content);
            const { cached, fromDisk, slot } = await bench.run(wanted);
            expect(cached).toBeLessThan(wanted.tokens.length);
            expect(slot.content.tokens).toEqual(wanted.tokens);
            const own = commonPrefix(
              before[slot.index]?.tokens ?? new Int32Array(0),
              wanted.tokens,
            );
            expect(cached).toBeGreaterThanOrEqual(Math.min(own, wanted.tokens.length - 1));
            expect(fromDisk > 0 && tierBytes === 0).toBe(false);
            for (const one of bench.table.slots)
              expect(one.content.tokens).toEqual(one.sequence.contents?.());
            await expectBytes(bench, tierBytes);
          }
          await bench.places.close();
          expect(await readdir(bench.folder)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

async function expectBytes({ folder, places }: Bench, tierBytes: number): Promise<void> {
  const [inner] = await readdir(folder);
  let bytes = 0;
  for (const name of inner === undefined ? [] : await readdir(join(folder, inner))) {
    if (name.endsWith('.state')) bytes += (await stat(join(folder, inner ?? '', name))).size;
  }
  expect(bytes).toBe(places.saved?.bytes ?? 0);
  expect(bytes).toBeLessThanOrEqual(tierBytes);
}
