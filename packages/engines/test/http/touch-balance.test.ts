import type { PrefixRef } from '@entresol/runtime-core';
import { ManualClock } from '@entresol/runtime-core/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ancestry } from '../../src/http/ancestry.ts';
import { TouchBalance } from '../../src/http/touch-balance.ts';

const scope = { endpoint: 'e', model: 'm', namespace: '' };
const headOf = (agent: string): PrefixRef => ({
  id: agent,
  scope,
  agent,
  tokens: 100,
  tokensEvidence: 'exact',
});
const promptOf = (agent: string): readonly PrefixRef[] => [
  headOf(agent),
  { ...headOf(agent), id: `${agent} s`, session: 's', parent: agent, tokens: 120 },
];

function open(capacityTokens: number) {
  const clock = new ManualClock();
  const balance = new TouchBalance(new Ancestry(), clock);
  balance.limit(capacityTokens);
  const call = (agent: string): void => {
    const prompt = promptOf(agent);
    balance.begun(prompt);
    balance.used(prompt);
  };
  return { clock, balance, call };
}

describe('TouchBalance', () => {
  it('counts what a call finds because of touches, and what they have displaced', () => {
    const { balance, call } = open(240);
    call('a');
    call('b');
    balance.touched(headOf('a'), 10);
    // Without the touch `a` would have gone for `c`; with it, `b` has.
    call('c');
    call('a');
    expect(balance.figures).toEqual({ savedTokens: 100, computedTokens: 10 });
    const other = open(240);
    other.call('a');
    other.call('b');
    other.balance.touched(headOf('a'), 10);
    other.call('c');
    other.call('b');
    expect(other.balance.figures.savedTokens).toBeLessThan(0);
  });

  it('says that touches do not pay once they are behind, and lets them be tried again', () => {
    const { clock, balance, call } = open(10_000);
    call('a');
    let sent = 0;
    while (balance.pays && sent < 1_000) {
      balance.touched(headOf('a'), 20);
      sent += 1;
    }
    // 512 tokens, 40 for each.
    expect(sent).toBe(13);
    clock.advanceBy(600_000);
    expect(balance.pays).toBe(true);
  });

  it('never lets touches go on that have cost more than was saved, but for the credit and one more', () => {
    const step = fc.record({
      agent: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      touched: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      tokens: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { balance, call } = open(240);
        for (const { agent, touched, tokens } of steps) {
          call(agent);
          if (!balance.pays) continue;
          // Time stands still: nothing is forgotten, and no gain is left out by the limit of these.
          const { savedTokens, computedTokens } = balance.figures;
          expect(2 * computedTokens - savedTokens).toBeLessThan(512);
          balance.touched(headOf(touched), tokens);
        }
      }),
    );
  });

  it('has nothing to say of caches that were cleared', () => {
    const { balance, call } = open(240);
    call('a');
    balance.touched(headOf('a'), 10);
    balance.clear();
    call('a');
    expect(balance.figures).toEqual({ savedTokens: 0, computedTokens: 10 });
  });
});
