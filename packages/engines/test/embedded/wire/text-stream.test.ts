import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TextStream } from '../../../src/embedded/wire/text-stream.ts';

const decoder = new TextDecoder();

/** Tokens of up to three bytes each, as byte-level tokenisers have them: characters are split anywhere. */
function splitIntoTokens(text: string, sizes: readonly number[]) {
  const bytes = new TextEncoder().encode(text);
  const tokens: Uint8Array[] = [];
  for (let start = 0, i = 0; start < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    tokens.push(bytes.subarray(start, start + size));
    start += size;
  }
  return {
    ids: tokens.map((_, id) => id),
    detokenize: (ids: readonly number[]): string =>
      decoder.decode(Uint8Array.from(ids.flatMap((id) => [...(tokens[id] ?? [])]))),
  };
}

describe('TextStream', () => {
  it('gives the whole text and never half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', 'é', '北', '😀', '👩‍💻') }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
        (text, sizes) => {
          const { detokenize, ids } = splitIntoTokens(text, sizes);
          const stream = new TextStream(detokenize);
          const pieces = ids.map((id) => stream.push(id));
          expect(pieces.join('') + stream.end()).toBe(text);
          expect(pieces.join('')).not.toContain('\u{FFFD}');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives a character as soon as its last byte is there', () => {
    const { detokenize, ids } = splitIntoTokens('x😀y', [1]);
    const stream = new TextStream(detokenize);
    expect(ids.map((id) => stream.push(id))).toEqual(['x', '', '', '', '😀', 'y']);
  });

  it('shows bytes that are no character as U+FFFD and goes on', () => {
    const bytes = [0xff, 0x61, 0xe5];
    const stream = new TextStream((ids) =>
      decoder.decode(Uint8Array.from(ids.map((id) => bytes[id] ?? 0))),
    );
    expect([0, 1, 2].map((id) => stream.push(id))).toEqual(['', '\u{FFFD}a', '']);
    expect(stream.end()).toBe('\u{FFFD}');
    expect(stream.end()).toBe('');
  });

  it('tells the detokenizer what came before, so that a space is not lost inside a text', () => {
    const words = ['one', ' two', ' three'];
    const stream = new TextStream((ids, before) => {
      const text = ids.map((id) => words[id] ?? '').join('');
      return before.length === 0 ? text.trimStart() : text;
    });
    expect([0, 1, 2].map((id) => stream.push(id)).join('')).toBe('one two three');
  });
});
