import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenPrompts } from '../../src/arm/seen-prompts.ts';

describe('an infinite prefix cache', () => {
  test('holds nothing of the first prompt and all of its repetition', () => {
    const seen = new SeenPrompts();
    expect(seen.add(['system', 'question'])).toBe(0);
    expect(seen.add(['system', 'question'])).toBe(1);
  });

  test('holds the messages that a longer prompt begins with', () => {
    const seen = new SeenPrompts();
    seen.add(['aaaa', 'bbbb']);
    expect(seen.add(['aaaa', 'bbbb', 'cccccccc'])).toBe(0.5);
  });

  test('does not reuse a message behind a different one', () => {
    const seen = new SeenPrompts();
    seen.add(['aaaa', 'bbbb']);
    expect(seen.add(['xxxx', 'bbbb'])).toBe(0);
  });

  test('sees the common head of two long messages to within a piece', () => {
    const seen = new SeenPrompts();
    const head = 'h'.repeat(600);
    seen.add([`${head}first`]);
    expect(seen.add([`${head}other`])).toBeCloseTo(576 / 605);
  });

  test('does not confuse messages whose texts join to the same text', () => {
    const seen = new SeenPrompts();
    seen.add(['ab', 'c']);
    expect(seen.add(['a', 'bc'])).toBe(0);
  });

  test('has a hit that never exceeds the longest common prefix with any earlier prompt', () => {
    const prompts = fc.array(
      fc.array(fc.constantFrom('aa', 'ab', 'b', 'ccc'), { minLength: 1, maxLength: 5 }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(prompts, (all) => {
        const seen = new SeenPrompts();
        all.forEach((prompt, index) => {
          const best = Math.max(
            0,
            ...all.slice(0, index).map((earlier) => commonCharacters(earlier, prompt)),
          );
          expect(seen.add(prompt)).toBeCloseTo(best / prompt.join('').length);
        });
      }),
    );
  });
});

/** Characters of the whole parts that two prompts begin with. */
function commonCharacters(left: readonly string[], right: readonly string[]): number {
  const split = right.findIndex((part, index) => part !== left[index]);
  return right.slice(0, split === -1 ? right.length : split).join('').length;
}
