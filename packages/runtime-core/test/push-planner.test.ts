import { array, assert, boolean, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replayDecisions, type HeldPrefix, type PrefixRef } from '../src/index.ts';
import { planPushes } from '../src/push-planner.ts';
import { FakeDriver } from '../src/testing/index.ts';
import { chat, openSetting, policyOf, prefixOf } from './support/setting.ts';

const cost = {
  computeMs: (from: number, to: number) => Math.max(0, to - from),
  loadMs: () => 0,
  footprintBytes: (tokens: number) => tokens,
};

interface One {
  readonly keep: number;
  readonly pushed: boolean;
}

/** In the engine's order: by age, what is pushed behind what is not. */
function planned(all: readonly One[], room: number) {
  const held: HeldPrefix[] = all
    .map(({ pushed }, at) => ({
      prefix: prefixOf(`p${at}`),
      ownTokens: 100,
      lastUsedAtMs: at,
      pushed,
    }))
    .toSorted((a, b) => Number(a.pushed) - Number(b.pushed));
  const worth = ({ id }: PrefixRef) => ({
    reuse: 1,
    gainMs: 100,
    keep: all[Number(id.slice(1))]?.keep ?? 0,
  });
  const valuation = { nowMs: 1_000, cost: () => cost, worth };
  const plan = planPushes({ held, freeTokens: 0, touchTokens: 10 }, room, valuation);
  return {
    letGo: plan.letGo.map(({ id }) => id),
    push: plan.push.map(({ prefix }) => prefix.id),
  };
}

const on = (keep: number): One => ({ keep, pushed: true });
const off = (keep: number): One => ({ keep, pushed: false });

describe('pushes', () => {
  it('let go what is worth least, and nothing more than there must be room for', () => {
    expect(planned([on(0.9), on(0.1), on(0.5)], 100)).toEqual({ letGo: ['p1'], push: [] });
    expect(planned([on(0.9), on(0.1), on(0.5)], 150)).toEqual({ letGo: ['p1', 'p2'], push: [] });
    expect(planned([on(0.9), on(0.1)], 0)).toEqual({ letGo: [], push: [] });
  });

  it('let go nothing where what goes next is worth least anyway', () => {
    expect(planned([off(0), on(0.5), on(0.9)], 100)).toEqual({ letGo: [], push: [] });
  });

  it('push by a request only what would go although it is worth more, and more than the request', () => {
    expect(planned([off(0.9), on(0)], 100)).toEqual({ letGo: ['p1'], push: ['p0'] });
    expect(planned([off(0.009), on(0)], 100)).toEqual({ letGo: ['p1'], push: [] });
    // What goes by age before it makes the room already.
    expect(planned([off(0.1), off(0.9), on(0.95)], 100).push).toEqual([]);
  });

  it('leave what is worth least to go first, whatever is pushed', () => {
    const one = record({ keep: double({ min: 0, max: 2, noNaN: true }), pushed: boolean() });
    assert(
      property(
        array(one, { minLength: 1, maxLength: 30 }),
        integer({ min: 1, max: 1_000 }),
        (all, room) => {
          const { letGo, push } = planned(all, room);
          const keepOf = (id: string): number => all[Number(id.slice(1))]?.keep ?? 0;
          const stays = all.flatMap(({ pushed }, at) =>
            pushed && !letGo.includes(`p${at}`) ? [`p${at}`] : [],
          );
          for (const gone of letGo) {
            for (const kept of [...stays, ...push]) {
              expect(keepOf(gone)).toBeLessThanOrEqual(keepOf(kept));
            }
          }
          const unpushed = all.length - stays.length - push.length;
          expect(unpushed * 100).toBeGreaterThanOrEqual(Math.min(room, all.length * 100));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are recorded, so that they can be decided again', async () => {
    const scorer = policyOf({
      name: 'scorer',
      mode: 'on',
      interference: 'endpoint',
      score: { prefix: ({ session }) => ({ reuse: 1, gainMs: 1, keep: session === 'a' ? 1 : 0 }) },
    });
    const driver = new FakeDriver({ capabilities: { retention: 'push' } });
    driver.evictionOrder = () => ({
      held: driver.requests.flatMap(({ draft }) => {
        const prefix = draft?.prefixes.at(-1);
        return prefix ? [{ prefix, ownTokens: 20, lastUsedAtMs: 0, pushed: true }] : [];
      }),
      freeTokens: driver.requests.length < 3 ? 1_000 : 15,
      touchTokens: 1,
    });
    const setting = await openSetting({ driver, policies: [scorer] });
    for (const session of ['a', 'b', 'c'])
      await (await setting.ask(chat('x', session, ['hi']))).text();
    const released = driver.tickets.flatMap(({ intent }) =>
      intent.kind === 'release' ? [[intent.prefix.session, intent.why]] : [],
    );
    expect(released).toContainEqual(['b', 'outranked']);
    expect(released).not.toContainEqual(['a', 'outranked']);
    const { decisions, divergences } = replayDecisions(setting.records, [scorer]);
    expect(decisions).toBeGreaterThan(0);
    expect(divergences).toEqual([]);
  });
});
