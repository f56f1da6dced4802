import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayDocument } from '../../src/replay/replay-document.ts';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import { runReplayJobs } from '../../src/replay/replay-pool.ts';
import { rowName } from '../../src/replay/replay-table.ts';
import { runReplay } from '../../src/replay/run-replay.ts';
import { writeSmallTrace } from './small-trace.ts';

const folders: string[] = [];
const traceFile = async (lines?: readonly string[]): Promise<string> => {
  const path = await writeSmallTrace(lines);
  folders.push(dirname(path));
  return path;
};

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const optionsFor = (trace: string, change: Partial<ReplayOptions> = {}): ReplayOptions => ({
  traces: [trace],
  capacity: { kind: 'shares', shares: [0.3, 1] },
  hostTier: 0,
  concurrency: 2,
  seeds: 2,
  policies: ['lru', 'gdsf', 'kvflow', 'cachesage', 'belady-leaf', 'pfoo-l', 'infinite'],
  modes: ['ranked'],
  ablations: [],
  order: false,
  prefetch: false,
  roles: 'agent',
  skipBadLines: false,
  json: false,
  color: false,
  ...change,
});

const play = async (
  options: ReplayOptions,
): Promise<{ readonly document: ReplayDocument; readonly out: string; readonly err: string }> => {
  let out = '';
  let err = '';
  const document = await runReplay(options, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    environment: {},
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
  return { document, out, err };
};

// Workers load the whole command from source, which takes seconds where other tests run beside.
describe('entresol replay', { timeout: 60_000 }, () => {
  it('compares policies on a trace between LRU and what was possible', async () => {
    const { document, out, err } = await play(optionsFor(await traceFile()));
    const rate = (policy: string, capacity: number): number =>
      document.rows.find((row) => row.policy === policy && row.capacity === capacity)?.hitRate
        .mean ?? Number.NaN;
    for (const capacity of [0.3, 1]) {
      for (const policy of ['lru', 'gdsf', 'kvflow', 'cachesage']) {
        expect(rate(policy, capacity)).toBeLessThanOrEqual(rate('belady-leaf', capacity) + 1e-9);
      }
      expect(rate('belady-leaf', capacity)).toBeLessThanOrEqual(rate('pfoo-l', capacity) + 1e-9);
      expect(rate('pfoo-l', capacity)).toBeLessThanOrEqual(rate('infinite', capacity));
    }
    // Everything that is open fits at once, and nothing that ended comes back.
    expect(rate('belady-leaf', 1)).toBeCloseTo(rate('infinite', 1), 9);
    expect(out).toContain('small: 3 sessions, 18 calls, 2 agents; made by hand');
    expect(err).toContain('(2 of 2');
  });

  it('says the same twice, whichever worker was faster', async () => {
    const options = optionsFor(await traceFile(), { policies: ['lru', 'cachesage'] });
    const [first, second] = [await play(options), await play(options)];
    expect(second.document.rows).toEqual(first.document.rows);
  });

  it('gives each row the fields that readers of the JSON rely on', async () => {
    const { document, out } = await play(optionsFor(await traceFile(), { json: true }));
    const interval = {
      mean: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
    };
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(document)));
    expect(document.rows.find(({ policy }) => policy === 'cachesage')).toEqual({
      workload: 'small',
      policy: 'cachesage',
      kind: 'online',
      mode: 'ranked',
      capacity: 0.3,
      capacityTokens: expect.any(Number),
      hostTier: 0,
      concurrency: 2,
      seeds: 2,
      hitRate: { mean: expect.any(Number), sd: expect.any(Number) },
      netHitRate: { mean: expect.any(Number), sd: expect.any(Number) },
      hostHitRate: null,
      // At this size no order finds more than LRU.
      headroomClosed: null,
      computedTokens: expect.any(Number),
      savedSeconds: expect.any(Number),
      ttftMs: { mean: expect.any(Number), p95: expect.any(Number) },
      throughput: expect.any(Number),
      pairedVsLru: { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
      pairedVsBest: {
        rival: expect.any(String),
        mean: expect.any(Number),
        low: expect.any(Number),
        high: expect.any(Number),
      },
      pairedTtft: { vsLru: interval, vsBest: { rival: expect.any(String), ...interval } },
      pairedThroughput: { vsLru: interval, vsBest: { rival: expect.any(String), ...interval } },
      pairedVsCachesage: null,
      pairedVsWithout: null,
      prefetch: { issued: 0, begun: 0, used: 0, wastedTokens: 0 },
      touches: null,
      stateBytes: expect.any(Number),
      waits: null,
      waitMs: null,
    });
  });

  it('shows what ordering the waiting calls adds, and what it costs in waiting', async () => {
    const policies = ['lru', 'lru+first-come', 'lru+order-2c', 'lru+order-4c'];
    const { document, out } = await play(optionsFor(await traceFile(), { policies, order: true }));
    const orderings = document.rows.filter(({ kind }) => kind === 'ordering');
    expect(orderings.map(({ waitMs }) => waitMs !== null)).toEqual(Array(6).fill(true));
    expect(orderings.map(({ pairedVsWithout }) => pairedVsWithout !== null)).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(out).toContain('vs first come');
  });

  it('sets policies that prefetch behind themselves without, and charges what they compute', async () => {
    const policies = ['lru', 'lru+timed', 'kvflow+timed', 'kvflow+prefetch'].concat([
      'cachesage+timed',
      'cachesage+prefetch',
    ]);
    const { document, out } = await play(
      optionsFor(await traceFile(), { policies, prefetch: true }),
    );
    const prefetching = document.rows.filter(({ kind }) => kind === 'prefetch');
    expect(prefetching).toHaveLength(4);
    expect(prefetching.some(({ prefetch }) => prefetch.issued > 0)).toBe(true);
    for (const {
      hitRate,
      netHitRate,
      prefetch,
      pairedVsCachesage,
      pairedVsWithout,
    } of prefetching) {
      expect(prefetch.used).toBeLessThanOrEqual(prefetch.begun);
      expect(prefetch.begun).toBeLessThanOrEqual(prefetch.issued);
      expect(netHitRate.mean < hitRate.mean).toBe(prefetch.begun > 0);
      expect(pairedVsCachesage).not.toBeNull();
      expect(pairedVsWithout?.ttft).not.toBeNull();
    }
    expect(out).toContain('precision');
    expect(document.command).toContain('--prefetch on');
  });

  it('gives every policy a host tier, and counts what is brought up apart', async () => {
    const policies = ['lru', 's3-fifo', 'cachesage', 'belady-leaf', 'pfoo-l', 'infinite'];
    const capacity = { kind: 'shares', shares: [0.6] } as const;
    const options = optionsFor(await traceFile(), { policies, capacity });
    const [bare, tiered] = [await play(options), await play({ ...options, hostTier: 4 })];
    for (const row of tiered.document.rows) {
      const without = bare.document.rows.find(({ policy }) => policy === row.policy);
      expect(without?.hostHitRate).toBeNull();
      expect(row.hostTier).toBe(4);
      expect(row.netHitRate.mean).toBeCloseTo(row.hitRate.mean + (row.hostHitRate?.mean ?? 0), 9);
      // Four times 0.6 of the working set: nothing is computed twice.
      const infinite = tiered.document.rows.at(-1)?.netHitRate.mean ?? Number.NaN;
      expect(row.netHitRate.mean).toBeCloseTo(infinite, 9);
    }
    for (const row of tiered.document.rows.filter(({ kind }) => kind === 'online')) {
      const without = bare.document.rows.find(({ policy }) => policy === row.policy);
      expect(row.hostHitRate?.mean).toBeGreaterThan(0);
      expect(row.ttftMs?.mean).toBeLessThan(without?.ttftMs?.mean ?? 0);
    }
    expect(tiered.out).toContain('from host');
    expect(tiered.document.command).toContain('--host-tier 4');
  });

  it('sets variants beside CacheSage, and charges touches for what they compute', async () => {
    const policies = ['lru', 'cachesage', 'cachesage@touch', 'cachesage+guard'];
    const more = ['cachesage-hindsight', 'cachesage-no-gaps', 'belady-leaf'];
    const capacity = { kind: 'shares', shares: [0.6] } as const;
    const { document, out } = await play(
      optionsFor(await traceFile(), {
        policies: [...policies, ...more],
        capacity,
        modes: ['ranked', 'touch'],
      }),
    );
    const touched = document.rows.find(({ mode }) => mode === 'touch');
    expect(touched?.policy).toBe('cachesage');
    expect(touched?.netHitRate.mean).toBeLessThanOrEqual(touched?.hitRate.mean ?? 0);
    expect(touched?.touches).toBeGreaterThanOrEqual(0);
    expect(touched?.ttftMs).not.toBeNull();
    expect(out).toContain('cachesage (touch)');
    for (const { kind, pairedVsCachesage } of document.rows) {
      expect(pairedVsCachesage !== null).toBe(kind === 'variant' || kind === 'ablation');
    }
    const ranked = document.rows.find((row) => rowName(row) === 'cachesage');
    expect(ranked?.pairedVsBest?.rival).toBe('lru');
  });

  it('refuses a share that holds no prompt at all, and says which would', async () => {
    const capacity = { kind: 'shares', shares: [0.01] } as const;
    await expect(play(optionsFor(await traceFile(), { capacity }))).rejects.toMatchObject({
      isMistake: true,
      message: expect.stringMatching(/--capacity 0\.01 .* give at least 0\.\d+/u),
    });
  });

  it('writes one page with curves and tables, and leaves no part of it behind', async () => {
    const trace = await traceFile();
    const html = join(dirname(trace), 'report.html');
    await play(optionsFor(trace, { html }));
    const page = await readFile(html, 'utf8');
    expect(page).toContain('<svg role="img"');
    expect(page).toContain('belady-leaf');
    // No ink of the drawing is left that a dark page would not change.
    expect(page.slice(page.indexOf('<svg'))).not.toMatch(/#[0-9a-f]{3,6}\b/iu);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/u);
    expect(await readdir(dirname(trace))).toEqual(['report.html', 'small.jsonl']);
  });

  it('looks whether the page can be written before it plays anything', async () => {
    const trace = await traceFile();
    const html = join(dirname(trace), 'missing', 'report.html');
    await expect(play(optionsFor(trace, { html }))).rejects.toMatchObject({
      name: 'FlagError',
      message: expect.stringContaining('--html'),
    });
  });

  it('names file and line of a damaged trace, and plays its sound part when told to', async () => {
    const trace = await traceFile(['{"session":"s4"']);
    await expect(play(optionsFor(trace))).rejects.toMatchObject({
      name: 'ReplayError',
      isMistake: true,
      message: expect.stringMatching(/small\.jsonl.*20/u),
    });
    const { out } = await play(optionsFor(trace, { skipBadLines: true }));
    expect(out).toContain('1 bad line left out');
  });

  it('refuses a capacity in tokens that is below the longest prompt, and says what works', async () => {
    const options = optionsFor(await traceFile(), { capacity: { kind: 'tokens', tokens: 160 } });
    await expect(play(options)).rejects.toMatchObject({
      isMistake: true,
      message: expect.stringContaining('give at least 448'),
    });
  });

  it('ends its workers when it is stopped', async () => {
    const stop = new AbortController();
    const { traces, policies, ...rest } = optionsFor(await traceFile());
    const job = { ...rest, trace: traces[0] ?? '', policies, seed: 1 };
    const jobs = runReplayJobs([job, job, job], 1, stop.signal, () =>
      stop.abort(new Error('enough')),
    );
    await expect(jobs).rejects.toThrow('enough');
  });
});
