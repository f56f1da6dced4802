import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../src/keyed-random.ts';

const key = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 4 });

describe('keyedRandom', () => {
  it('gives the same draw for the same seed and key, whatever was drawn in between', () => {
    fc.assert(
      fc.property(fc.integer(), key, key, (seed, wanted, other) => {
        const random = keyedRandom(seed);
        const first = random.unit(...wanted);
        random.unit(...other);
        expect(random.unit(...wanted)).toBe(first);
        expect(keyedRandom(seed).unit(...wanted)).toBe(first);
      }),
    );
  });

  it('keeps keys apart that would be the same when joined', () => {
    const random = keyedRandom(1);
    expect(random.unit('a', 'b')).not.toBe(random.unit('a/b'));
    expect(random.unit('1')).not.toBe(random.unit(1));
  });

  it('stays in [0, 1) and within the bounds of an integer draw', () => {
    fc.assert(
      fc.property(fc.integer(), key, fc.integer({ min: 0, max: 50 }), (seed, parts, span) => {
        const random = keyedRandom(seed);
        const unit = random.unit(...parts);
        expect(unit >= 0 && unit < 1).toBe(true);
        const whole = random.between(10, 10 + span, ...parts);
        expect(Number.isInteger(whole) && whole >= 10 && whole <= 10 + span).toBe(true);
      }),
    );
  });

  it('gives every choice once in as many rotations as there are choices', () => {
    fc.assert(
      fc.property(fc.integer(), fc.uniqueArray(fc.string(), { minLength: 1 }), (seed, choices) => {
        const random = keyedRandom(seed);
        const seen = choices.map((_, number) => random.rotate(choices, number, 'key'));
        expect(seen.toSorted()).toEqual(choices.toSorted());
      }),
    );
  });

  it('draws in proportion to the weights and never a weight of 0', () => {
    const random = keyedRandom(5);
    const choices = [
      ['a', 3],
      ['b', 0],
      ['c', 1],
    ] as const;
    const drawn = Array.from({ length: 4000 }, (_, number) => random.weigh(choices, number));
    const share = drawn.filter((choice) => choice === 'a').length / drawn.length;
    // Standard error √(0.75 × 0.25 / 4000) = 0.007: four of them.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.028);
    expect(drawn).not.toContain('b');
  });

  it('refuses to pick from nothing', () => {
    expect(() => keyedRandom(1).pick([], 'x')).toThrow(RangeError);
    expect(() => keyedRandom(1).weigh([['a', 0]], 'x')).toThrow(RangeError);
  });
});
