import { describe, expect, it } from 'vitest';
import type { ReplayRow } from '../../src/replay/replay-document.ts';
import { touchLine } from '../../src/replay/replay-table.ts';

const row = (policy: string, mode: ReplayRow['mode'], net: number): ReplayRow => ({
  workload: 'small',
  policy,
  kind: 'online',
  mode,
  capacity: 0.3,
  capacityTokens: 160,
  hostTier: 0,
  concurrency: 2,
  seeds: 2,
  hitRate: { mean: net, sd: 0 },
  netHitRate: { mean: net, sd: 0 },
  hostHitRate: null,
  headroomClosed: null,
  computedTokens: 0,
  savedSeconds: null,
  ttftMs: null,
  throughput: null,
  pairedVsLru: null,
  pairedVsBest: null,
  pairedTtft: { vsLru: null, vsBest: null },
  pairedThroughput: { vsLru: null, vsBest: null },
  pairedVsCachesage: null,
  pairedVsWithout: null,
  prefetch: { issued: 0, begun: 0, used: 0, wastedTokens: 0 },
  touches: null,
  stateBytes: null,
  waits: null,
  waitMs: null,
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
