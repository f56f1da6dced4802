import { describe, expect, it } from 'vitest';
import { isAtLeast } from '../../src/sglang/version.ts';

describe('isAtLeast', () => {
  it('compares numbers, not texts', () => {
    expect(isAtLeast('0.5.9', [0, 5, 17])).toBe(false);
    expect(isAtLeast('0.5.17rc0', [0, 5, 17])).toBe(true);
    expect(isAtLeast('v0.10.0', [0, 5, 17])).toBe(true);
    expect(isAtLeast('main', [0, 5, 17])).toBe(false);
  });
});
