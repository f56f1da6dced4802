import type { PrefixId, RequestBody } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { PromptChain } from '../../src/http/prompt-chain.ts';

const scope = { endpoint: 'e', model: 'm', namespace: '' };
const chat = (...turns: readonly string[]): RequestBody => ({
  messages: [
    { role: 'system', content: 'a role' },
    ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
  ],
});

describe('PromptChain', () => {
  const chain = new PromptChain('test');
  const whole = (...turns: readonly string[]): PrefixId =>
    chain.identify(chat(...turns), scope).at(-1)?.id ?? '';
  const earlier = (...turns: readonly string[]): readonly PrefixId[] => [
    ...chain.ancestry.of(whole(...turns)),
  ];

  it('knows which prompt goes on from which, turn by turn, however often it is asked', () => {
    const first = whole('one');
    const second = whole('one', 'yes', 'two');
    const third = whole('one', 'yes', 'two', 'no', 'three');
    for (let time = 0; time < 2; time++) {
      expect(earlier('one')).toEqual([]);
      expect(earlier('one', 'yes', 'two', 'no', 'three')).toEqual([second, first]);
      expect(chain.ancestry.has(third, first)).toBe(true);
      expect(chain.ancestry.has(first, third)).toBe(false);
    }
  });

  it('knows that what was cut or rewritten goes on from nothing', () => {
    whole('alpha', 'yes', 'beta');
    expect(earlier('beta')).toEqual([]);
    expect(earlier('alpha, in short', 'yes', 'beta')).toEqual([]);
  });

  it('does not mix up scopes', () => {
    whole('gamma');
    const [, other] = chain.identify(chat('gamma', 'yes', 'delta'), { ...scope, namespace: 'n' });
    expect([...chain.ancestry.of(other?.id ?? '')]).toEqual([]);
  });
});
