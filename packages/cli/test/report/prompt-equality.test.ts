import { expect, test } from 'vitest';
import { comparePrompts } from '../../src/report/prompt-equality.ts';
import { record } from '../request-records.ts';

const arm = (name: string, hashes: string) => ({
  name,
  requests: hashes.split('').map((promptHash) => record({ promptHash })),
});

test('arms that sent the same prompts in another order are equal', () => {
  expect(comparePrompts([arm('unmodified', 'aabc'), arm('cachesage', 'cbaa')])).toEqual({
    equal: true,
    differing: { cachesage: 0 },
  });
});

test('a prompt sent twice instead of once differs', () => {
  expect(comparePrompts([arm('unmodified', 'abb'), arm('cachesage', 'aab')])).toEqual({
    equal: false,
    differing: { cachesage: 1 },
  });
});

test('an arm that sent fewer prompts differs, though all of its own are known', () => {
  expect(comparePrompts([arm('unmodified', 'abc'), arm('fair', 'ab')]).equal).toBe(false);
});
