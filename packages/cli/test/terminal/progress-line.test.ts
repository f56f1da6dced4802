import { describe, expect, test } from 'vitest';
import { toAscii, speaksUtf8 } from '../../src/terminal/glyphs.ts';
import { createPalette, wantsColour } from '../../src/terminal/palette.ts';
import { finishedLine, liveLine, plainLine } from '../../src/terminal/progress-line.ts';
import type { ProgressState } from '../../src/terminal/progress-state.ts';

const state: ProgressState = {
  workload: 'support-desk',
  load: 'saturated',
  plannedArms: 3,
  startedAtMs: 1000,
  nowMs: 32_400,
  arms: [
    { name: 'unmodified', done: 1, finished: true, hitRate: 0.36 },
    { name: 'cachesage', done: 0.5, finished: false, agent: 'orders', hitRate: 0.64 },
  ],
};
const plain = createPalette(false);

describe('progress', () => {
  test('on a terminal shows the share of all arms and where the current one is', () => {
    expect(liveLine(state, plain)).toBe(
      '  support-desk, saturated  ■■■■■■□□□□□□  50 %  cachesage  orders  hit 64 %  0:31',
    );
  });

  test('in a log is one line of words', () => {
    const wallTime = new Date(2024, 0, 1, 12, 41, 7);
    expect(plainLine(state, wallTime)).toBe(
      '12:41:07 support-desk/saturated cachesage 50% agent=orders hit=64% t=31s',
    );
  });

  test('leaves the hit rate of every arm behind', () => {
    expect(finishedLine(state)).toMatch(
      /^✓ support-desk, saturated {2}unmodified 36 % {2}cachesage 64 % +0:31$/u,
    );
  });

  test('has an ASCII form for every glyph it uses', () => {
    const text = toAscii(`${liveLine(state, plain)}${finishedLine(state)}−▒▲△`);
    expect(text).toMatch(/^[\u0020-\u007E]+$/u);
  });
});

describe('a terminal', () => {
  const terminal = { isTTY: true };

  test.each([
    ['a terminal', terminal, {}, true, true],
    ['a pipe', {}, {}, true, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
    ['--no-color', terminal, {}, false, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, true, false],
  ])('colours: %s', (_, stream, environment, allowed, colour) => {
    expect(wantsColour(stream, environment, allowed)).toBe(colour);
  });

  test('is taken to speak UTF-8 unless its locale says otherwise', () => {
    expect(speaksUtf8({})).toBe(true);
    expect(speaksUtf8({ LANG: 'en_US.UTF-8' })).toBe(true);
    expect(speaksUtf8({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(false);
  });
});
