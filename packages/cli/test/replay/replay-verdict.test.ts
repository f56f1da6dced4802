import { gpu8b } from '@entresol/replay';
import { describe, expect, it } from 'vitest';
import { marked } from '../../src/replay/page/markup.ts';
import { verdict } from '../../src/replay/page/replay-verdict.ts';
import type { Interval, ReplayDocument } from '../../src/replay/replay-document.ts';
import { replayRow } from './replay-row.ts';

const documentOf = (...against: readonly (Interval | null)[]): ReplayDocument => ({
  command: '',
  date: '2026-01-01',
  machine: { cpu: '', cores: 1, commit: null },
  complete: true,
  blockTokens: 16,
  policies: {},
  stepCost: gpu8b,
  workloads: [],
  rows: against.map((interval) =>
    replayRow('cachesage', {
      pairedVsBest: interval === null ? null : { ...interval, rival: 'gdsf' },
    }),
  ),
});
const won: Interval = { mean: 0.02, low: 0.01, high: 0.03 };
const lost: Interval = { mean: -0.02, low: -0.03, high: -0.01 };
const open: Interval = { mean: 0, low: -0.01, high: 0.01 };

describe('the verdict of a page', () => {
  it.each([
    [
      [won, lost, open],
      'CacheSage hit more than the best online rival in 1 of 3, less in 1; no difference is shown in 1',
    ],
    [[lost], 'CacheSage hit less than the best online rival in 1 of 1'],
    [[open, open], 'No difference between CacheSage and the best online rival is shown'],
    [[null], 'What each policy would have hit'],
    [[{ mean: 0.02, low: null, high: null }], 'What each policy would have hit'],
  ])('%#', (rows, sentence) => {
    expect(verdict(documentOf(...rows))).toBe(sentence);
  });
});

describe('a loss in the page', () => {
  it('stands out and is read as one, its interval stays plain', () => {
    expect(marked('!−2.2 (−2.3..−2.1) <gdsf>')).toBe(
      '<span class="worse"><span aria-label="worse: ">!</span>−2.2</span> (−2.3..−2.1) &lt;gdsf&gt;',
    );
  });
});
