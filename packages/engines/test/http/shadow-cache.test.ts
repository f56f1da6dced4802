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
// A conversation grows turn by turn.
function* earlierThan(id: string): Generator<string> {
  const [conversation, turn] = [id.replace(/-\d+$/, ''), Number(/\d+$/.exec(id)?.[0])];
  for (let earlier = turn - 1; earlier >= 0; earlier--) yield `${conversation}-${earlier}`;
}
const ancestry = {
  of: earlierThan,
  has: (id: string, earlier: string) => [...earlierThan(id)].includes(earlier),
};
const shadow = (isPushed?: (prefix: PrefixRef) => boolean): ShadowCache =>
  new ShadowCache({ ancestry, isPushed });
const held = (cache: ShadowCache, prefix: PrefixRef): boolean => cache.holds(prefix);

describe('ShadowCache', () => {
  it('counts a role head once, and a conversation by its newest prompt', () => {
    const cache = shadow();
    cache.used(chain('a', 'one'), 1, undefined);
    cache.used(chain('a', 'two'), 2, undefined);
    expect(cache.tokens).toBe(200);
    cache.used(chain('a', 'one', 1), 3, undefined);
    expect(cache.tokens).toBe(250);
    expect(held(cache, prompt('a', 'one', 0))).toBe(false);
  });

  it('lets go of the oldest, tails before heads', () => {
    const cache = shadow();
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
    const cache = shadow();
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

  it('holds the answer behind a prompt, which the next prompt begins with', () => {
    const cache = shadow();
    cache.used(chain('a', 'one'), 1, undefined, 30);
    expect(cache.tokens).toBe(180);
    expect(cache.of(prompt('a', 'one', 0)).tokens).toBe(150);
    // The next one has 200 tokens: the prompt before, the answer to it, and what is new.
    expect(cache.of(prompt('a', 'one', 1)).tokens).toBe(180);
    expect(cache.holds(prompt('a', 'one', 1))).toBe(false);
    cache.used(chain('a', 'one', 1), 2, 180, 20);
    expect(cache.tokens).toBe(220);
    expect(cache.inOrder(1)).toMatchObject([{ ownTokens: 100, replyTokens: 20 }]);
  });

  it('makes room for answers as for prompts', () => {
    const cache = shadow();
    cache.limit(250);
    cache.used(chain('a', 'one'), 1, undefined, 60);
    cache.used(chain('a', 'two'), 2, undefined, 60);
    expect(held(cache, prompt('a', 'one', 0))).toBe(false);
    expect(cache.tokens).toBe(210);
  });

  it('does not think that an answer was sent again with its prompt', () => {
    const cache = shadow();
    cache.used(chain('a', 'one'), 1, undefined, 60);
    cache.used([prompt('a', 'one', 0)], 2, 150);
    expect(cache.of(prompt('a', 'one', 1)).tokens).toBe(150);
  });

  it('finds in a longer prompt what it took the place of, and its role in any other', () => {
    const cache = shadow();
    cache.used(chain('a', 'one', 1), 1, undefined);
    expect(cache.of(prompt('a', 'one', 0)).tokens).toBe(150);
    expect(cache.of(prompt('a', 'other', 0)).tokens).toBe(100);
    expect(cache.of(prompt('b', 'one', 0)).tokens).toBe(0);
  });

  it('keeps what was cut beside what it was cut to, until it is too old', () => {
    const cache = shadow();
    cache.used(chain('a', 'one', 2), 1, undefined);
    cache.used(chain('a', 'one', 0), 2, undefined);
    expect(cache.tokens).toBe(100 + 150 + 50);
  });

  it('gives up what was pushed after everything else, and a role after all that stands on it', () => {
    assert(
      property(
        array(tuple(nat(2), nat(4)), { minLength: 1, maxLength: 40 }),
        nat(31),
        (uses, pushes) => {
          const isPushed = ({ session }: PrefixRef): boolean =>
            session !== undefined && (pushes & (1 << Number(session.slice(2)))) > 0;
          const cache = shadow(isPushed);
          uses.forEach(([agent, session], at) => {
            cache.used(chain(`agent-${agent}`, `s-${session}`), at, undefined);
          });
          const order = cache.inOrder(100);
          const pushed = order.map((one) => one.pushed === true);
          expect(pushed).toEqual(pushed.toSorted((a, b) => Number(a) - Number(b)));
          const misplaced = order.filter(({ prefix: { parent } }, at) => {
            const head = order.findIndex(({ prefix }) => prefix.id === parent);
            return parent !== undefined && head < at;
          });
          expect(misplaced).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never holds more than it may, nor miscounts what it holds', () => {
    assert(
      property(
        array(tuple(nat(3), nat(5), nat(4)), { maxLength: 80 }),
        nat(1_500),
        (uses, limit) => {
          const cache = shadow();
          cache.limit(limit);
          uses.forEach(([agent, session, turn], at) => {
            cache.used(chain(`agent-${agent}`, `s-${session}`, turn), at, undefined, turn);
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
          // An answer has as many tokens as the number of its turn.
          const replies = prompts
            .filter((one) => held(cache, one))
            .reduce((tokens, { id }) => tokens + Number(id.at(-1)), 0);
          expect(cache.tokens).toBe(sum(roles, 0) + sum(prompts, 100) + replies);
        },
      ),
      { numRuns: 100 },
    );
  });
});
