import type { LedgerEntry } from '@entresol/runtime-core';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/command-line.ts';
import { readStatus } from '../../src/status/run-status.ts';

const loss = {
  metric: 'net-hit-rate',
  without: 0.5,
  with: 0.4,
  low: -0.15,
  high: -0.05,
  units: { without: 9, with: 8 },
  verdict: 'loss',
} as const;
const open = {
  metric: 'ttft-ms',
  without: 90,
  with: undefined,
  low: undefined,
  high: undefined,
  units: { without: 1, with: 0 },
  verdict: 'open',
  stillNeeded: 5,
} as const;
const entries: readonly LedgerEntry[] = [
  {
    policy: 'cachesage',
    mode: 'on',
    measured: {
      by: 'switchback',
      unit: 'block',
      effects: [loss, open],
      endpoints: { fast: [loss], strong: [] },
    },
    modelled: [
      {
        act: 'retention',
        endpoint: 'fast',
        carriedOut: 'no',
        acts: 12,
        resolved: 7,
        saved: { tokens: -40, ms: -12.4 },
        spent: { tokens: 0, ms: 0 },
      },
      {
        act: 'warm-up',
        endpoint: 'strong',
        carriedOut: 'yes',
        acts: 3,
        resolved: 2,
        saved: { tokens: 900, ms: 250, usd: 0.0021 },
        spent: { tokens: 1_000, ms: 300, usd: 0.003 },
      },
    ],
  },
  { policy: 'safety', mode: 'on', measured: { by: 'nothing', why: 'it guards' }, modelled: [] },
];
const store = {
  read: () => Promise.resolve(JSON.stringify({ entresol: 1, entries, kept: {} })),
};

describe('entresol status', () => {
  it('prints losses as losses, what is still needed, and apart from that what is modelled', async () => {
    const text = await readStatus(store, { json: false });
    expect(text?.split('\n')).toStrictEqual([
      'cachesage (on): by switchback',
      '  measured, net-hit-rate: loss, 0.500 without and 0.400 with it, difference -0.150 to -0.050 (95 %), 9 and 8 blocks',
      '  measured, ttft-ms: open, 90 without and – with it, 1 and 0 blocks, about 5 more blocks with it needed',
      '  measured on fast, net-hit-rate: loss, 0.500 without and 0.400 with it, difference -0.150 to -0.050 (95 %), 9 and 8 blocks',
      '  modelled, retention on fast (not carried out): 12 acts, 7 shown by calls, saved -40 tokens, -12 ms, spent 0 tokens, 0 ms',
      '  modelled, warm-up on strong: 3 acts, 2 shown by calls, saved 900 tokens, 250 ms and $0.0021, spent 1000 tokens, 300 ms and $0.0030',
      'safety (on): not measured, it guards',
      '',
    ]);
  });

  it('gives the ledger as JSON', async () => {
    const json = await readStatus(store, { json: true });
    expect(JSON.parse(json ?? '')).toEqual(JSON.parse(JSON.stringify(entries)));
  });

  it('says when nothing is saved', async () => {
    const empty = { read: () => Promise.resolve(undefined) };
    expect(await readStatus(empty, { json: true })).toBeUndefined();
  });

  it.each(['{"entresol":1,"entr', '7', '[]', '{}', 'null'])(
    'refuses what is no ledger: %s',
    async (text) => {
      const damaged = { read: () => Promise.resolve(text) };
      await expect(readStatus(damaged, { json: true })).rejects.toThrow(/ledger|JSON/);
    },
  );

  it('reads .entresol unless another folder is named', () => {
    expect(parseCommandLine(['status', '--state', 'kept', '--json'])).toStrictEqual({
      kind: 'status',
      options: { state: 'kept', json: true },
    });
    expect(parseCommandLine(['status'])).toStrictEqual({
      kind: 'status',
      options: { state: '.entresol', json: false },
    });
  });
});
