import type { PrefixRef } from '@entresol/runtime-core';
import { array, assert, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShadowCache } from '../../src/http/shadow-cache.ts';

const scope = { endpoint: 'e', model: 'm', namespace: '' };
const role = (agent: string): PrefixRef => ({
  id: `role-${agent}`,
  scope,
  agent,
  tokens: 100,
  tokensEvidence: 'exact',
});
const prompt = (agent: string, session: string, turn: number): PrefixRef => ({
  id: `${agent}-${session}-${turn}`,
  scope,
  agent,
  session,
  parent: `role-${agent}`,
  tokens: 150 + 50 * turn,
  tokensEvidence: 'exact',
});
const chain = (agent: string, session: string, turn = 0): PrefixRef[] => [
  role(agent),
  prompt(agent, session, turn),
];
const held = (cache: ShadowCache, prefix: PrefixRef): boolean => cache.of(prefix).tokens > 0;

describe('ShadowCache', () => {
  it('counts a role head once, and a conversation by its newest prompt', () => {
    const cache = new ShadowCache();
    cache.used(chain('a', 'one'), 1, undefined);
    cache.used(chain('a', 'two'), 2, undefined);
    expect(cache.tokens).toBe(200);
    cache.used(chain('a', 'one', 1), 3, undefined);
    expect(cache.tokens).toBe(250);
    expect(held(cache, prompt('a', 'one', 0))).toBe(false);
  });

  it('lets go of the oldest, tails before heads', () => {
    const cache = new ShadowCache();
    cache.limit(350);
    cache.used(chain('a', 'one'), 1, undefined);
    cache.used(chain('a', 'two'), 2, undefined);
    cache.used(chain('b', 'one'), 3, undefined);
    expect(held(cache, prompt('a', 'one', 0))).toBe(true);
    cache.used(chain('b', 'two'), 4, undefined);
    expect(held(cache, prompt('a', 'one', 0))).toBe(false);
    expect(held(cache, role('a'))).toBe(true);
  });

  it('believes the engine: what it did not find is gone, and everything older', () => {
    const cache = new ShadowCache();
    cache.used(chain('a', 'one'), 1, 0);
    cache.used(chain('b', 'one'), 2, 0);
    cache.used(chain('c', 'one'), 3, 0);
    cache.used(chain('b', 'two'), 4, 0);
    expect([role('a'), role('b'), role('c')].map((one) => held(cache, one))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('never holds more than it may, nor miscounts what it holds', () => {
    assert(
      property(
        array(tuple(nat(3), nat(5), nat(4)), { maxLength: 80 }),
        nat(1_500),
        (uses, limit) => {
          const cache = new ShadowCache();
          cache.limit(limit);
          uses.forEach(([agent, session, turn], at) => {
            cache.used(chain(`agent-${agent}`, `s-${session}`, turn), at, undefined);
            expect(cache.tokens).toBeLessThanOrEqual(limit);
          });
          const roles = [0, 1, 2, 3].map((agent) => role(`agent-${agent}`));
          const prompts = roles.flatMap(({ agent }) =>
            [0, 1, 2, 3, 4, 5].flatMap((session) =>
              [0, 1, 2, 3, 4].map((turn) => prompt(agent, `s-${session}`, turn)),
            ),
          );
          const sum = (all: readonly PrefixRef[], less: number): number =>
            all
              .filter((one) => held(cache, one))
              .reduce((tokens, one) => tokens + one.tokens - less, 0);
          expect(cache.tokens).toBe(sum(roles, 0) + sum(prompts, 100));
        },
      ),
      { numRuns: 100 },
    );
  });
});
