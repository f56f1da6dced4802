import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StopSequences } from '../../../src/embedded/wire/stop-sequences.ts';

/** The shortest beginning of the text that ends with a stop string, without that string (the longest, if several). */
function cutAtFirstStop(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end += 1) {
    const begun = text.slice(0, end);
    const found = stops
      .filter((stop) => stop !== '' && begun.endsWith(stop))
      .map((stop) => stop.length);
    if (found.length > 0) {
      return begun.slice(0, end - Math.max(...found));
    }
  }
  return text;
}

const word = fc.stringMatching(/^[ab]{0,6}$/);

describe('StopSequences', () => {
  it('cuts as a search in the whole text does, however the text is split', () => {
    fc.assert(
      fc.property(fc.array(word), fc.array(word, { maxLength: 3 }), (pieces, stops) => {
        const matcher = new StopSequences(stops);
        const shown = pieces.map((piece) => matcher.push(piece)).join('') + matcher.end();
        expect(shown).toBe(cutAtFirstStop(pieces.join(''), stops));
        expect(matcher.stopped).toBe(shown !== pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('holds back no more than what may become a stop string', () => {
    fc.assert(
      fc.property(fc.array(word), fc.array(word, { maxLength: 3 }), (pieces, stops) => {
        const matcher = new StopSequences(stops);
        let given = '';
        let shown = '';
        for (const piece of pieces) {
          given += piece;
          shown += matcher.push(piece);
          const held = matcher.stopped ? '' : given.slice(shown.length);
          expect(held === '' || stops.some((stop) => stop.startsWith(held))).toBe(true);
        }
      }),
    );
  });

  it('shows nothing after a stop', () => {
    const matcher = new StopSequences(['STOP']);
    expect(['one ST', 'OP two', 'three'].map((piece) => matcher.push(piece))).toEqual([
      'one ',
      '',
      '',
    ]);
    expect(matcher.end()).toBe('');
    expect(matcher.stopped).toBe(true);
  });
});
