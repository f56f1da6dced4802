import { expect, it } from 'vitest';
import { blockHitRate } from '../../src/policies-bench/block-hits.ts';

const asking = (text: string) => ({ messages: [{ role: 'user', content: text }] });

it('finds the same prompt again but for its last, partial block', () => {
  const request = asking('a'.repeat(200));
  const characters = JSON.stringify(request.messages[0]).length + '\n'.length;
  const found = Math.floor(characters / 64) * 64;
  expect(blockHitRate([request, request])).toBeCloseTo(found / (2 * characters), 12);
});

it('finds nothing behind a difference', () => {
  const tail = 'b'.repeat(1_000);
  expect(blockHitRate([asking(`1${tail}`), asking(`2${tail}`)])).toBe(0);
});
