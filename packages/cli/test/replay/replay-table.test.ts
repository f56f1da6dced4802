import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ReplayRow } from '../../src/replay/replay-document.ts';
import { replayTable, touchLine } from '../../src/replay/replay-table.ts';
import { createPalette } from '../../src/terminal/palette.ts';
import { replayRow } from './replay-row.ts';

const row = (policy: string, mode: ReplayRow['mode'], net: number): ReplayRow =>
  replayRow(policy, { mode, netHitRate: { mean: net, sd: 0 } });

describe('a table of policies', () => {
  const rows = [row('lru', 'ranked', 0.2), row('cachesage', 'ranked', 0.4)];
  const palette = createPalette(true);

  it.each([114, 80, 60, 40])(
    'leaves columns out until it fits %i, the net hit rate never',
    (columns) => {
      const lines = stripVTControlCharacters(replayTable(rows, { palette, columns })).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.join('\n')).toContain('40.0 %');
    },
  );

  it('has every column where the room is not known', () => {
    expect(replayTable(rows, { palette })).toContain('tok/s');
  });
});

describe('the share of the ranked gain that touches keep', () => {
  const lru = row('lru', 'ranked', 0.2);

  it('is what they add to LRU over what ranking adds', () => {
    const rows = [lru, row('cachesage', 'ranked', 0.4), row('cachesage', 'touch', 0.25)];
    expect(touchLine(rows)).toContain('keeps 25.0 %');
  });

  it('is negative where touches cost more than they keep', () => {
    const rows = [lru, row('cachesage', 'ranked', 0.4), row('cachesage', 'touch', 0.1)];
    expect(touchLine(rows)).toContain('keeps -50.0 %');
  });

  it('is not said where there is no gain or a row is missing', () => {
    expect(
      touchLine([lru, row('cachesage', 'ranked', 0.2), row('cachesage', 'touch', 0.2)]),
    ).toBeUndefined();
    expect(touchLine([lru, row('cachesage', 'ranked', 0.4)])).toBeUndefined();
  });
});
