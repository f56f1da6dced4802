import { expect, it } from 'vitest';
import type { PrefixRef } from '../src/index.ts';
import { PromptContinuity } from '../src/prompt-continuity.ts';

const scope = { endpoint: 'e', model: 'm', namespace: '' };

/** A role head of 100 tokens, and a prompt of `tokens` on it. */
const prefixes = (tokens: number, role = 'r'): readonly PrefixRef[] => [
  { id: role, scope, agent: 'a', tokens: 100, tokensEvidence: 'exact' },
  { id: 'whole', scope, agent: 'a', session: 's', tokens, tokensEvidence: 'exact' },
];
const of = (
  call: string,
  agent = 'a',
  session = 's',
): Record<'call' | 'agent' | 'session', string> => ({
  call,
  agent,
  session,
});
const ten = (letter: string): string => letter.repeat(10);

it('says by share of characters how far a prompt repeats the one before', () => {
  const continuity = new PromptContinuity();
  expect(continuity.note(of('1'), prefixes(120), [ten('x'), ten('y')])).toBeUndefined();
  // One message of three is equal: 100 + 60 / 3.
  const next = continuity.note(of('2'), prefixes(160), [ten('x'), ten('z'), ten('w')]);
  expect(next).toEqual({ call: '1', tokens: 120 });
});

it('counts the reply that follows a prompt that comes again whole', () => {
  const continuity = new PromptContinuity();
  continuity.note(of('1'), prefixes(110), ['user \nabcd']);
  const history = ['user \nabcd', 'assistant \nefgh', 'user \nijkl'];
  // 10 + 15 of 35 characters.
  expect(continuity.note(of('2'), prefixes(135), history)).toEqual({ call: '1', tokens: 125 });
});

it('finds the branch that a prompt goes on from, not the last one sent', () => {
  const continuity = new PromptContinuity();
  continuity.note(of('1'), prefixes(110), [ten('x')]);
  continuity.note(of('2'), prefixes(110), [ten('y')]);
  const next = continuity.note(of('3'), prefixes(120), [ten('x'), ten('z')]);
  expect(next).toEqual({ call: '1', tokens: 110 });
});

it('compares within one agent, one session and one role head', () => {
  const continuity = new PromptContinuity();
  continuity.note(of('1'), prefixes(110), [ten('x')]);
  expect(continuity.note(of('2', 'b'), prefixes(110), [ten('x')])).toBeUndefined();
  expect(continuity.note(of('3', 'a', 't'), prefixes(110), [ten('x')])).toBeUndefined();
  expect(continuity.note(of('4'), prefixes(110, 'other'), [ten('x')])).toBeUndefined();
  continuity.forget('t');
  expect(continuity.note(of('5', 'a', 't'), prefixes(110), [ten('x')])).toBeUndefined();
});

it('does not compare a second attempt with the first', () => {
  const continuity = new PromptContinuity();
  continuity.note(of('1'), prefixes(110), [ten('x')]);
  expect(continuity.note(of('1'), prefixes(110), [ten('x')])).toBeUndefined();
});
