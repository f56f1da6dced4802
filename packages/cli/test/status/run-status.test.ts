import type { LedgerEntry } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';
import { readStatus } from '../../src/status/run-status.ts';

const ledger: readonly LedgerEntry[] = [
  {
    policy: 'cachesage',
    mode: 'on',
    measuredBy: 'switchback',
    unit: 'block',
    effects: [
      {
        metric: 'net-hit-rate',
        without: 0.5,
        with: 0.4,
        low: -0.15,
        high: -0.05,
        units: { without: 9, with: 8 },
        verdict: 'loss',
      },
      {
        metric: 'ttft-ms',
        without: 90,
        with: undefined,
        low: undefined,
        high: undefined,
        units: { without: 1, with: 0 },
        verdict: 'open',
        stillNeeded: 5,
      },
    ],
  },
  { policy: 'safety', mode: 'on', measuredBy: 'nothing', why: 'it guards' },
];
const store = { read: () => Promise.resolve(JSON.stringify(ledger)) };

describe('entresol status', () => {
  it('prints losses as losses, and what is still needed', async () => {
    const text = await readStatus(store, { json: false });
    expect(text?.split('\n')).toStrictEqual([
      'cachesage (on): by switchback',
      '  net-hit-rate: loss, 0.500 without and 0.400 with it, difference -0.150 to -0.050 (95 %), 9 and 8 blocks',
      '  ttft-ms: open, 90 without and – with it, 1 and 0 blocks, about 5 more blocks needed',
      'safety (on): not measured, it guards',
      '',
    ]);
  });

  it('gives the ledger as JSON', async () => {
    expect(JSON.parse((await readStatus(store, { json: true })) ?? '')).toHaveLength(2);
  });

  it('says when nothing is saved', async () => {
    const empty = { read: () => Promise.resolve(undefined) };
    expect(await readStatus(empty, { json: true })).toBeUndefined();
  });

  it('needs the folder', () => {
    expect(parseCommandLine(['status', '--state', 'kept', '--json'])).toStrictEqual({
      kind: 'status',
      options: { state: 'kept', json: true },
    });
    expect(parseCommandLine(['status']).kind).toBe('mistake');
  });
});
