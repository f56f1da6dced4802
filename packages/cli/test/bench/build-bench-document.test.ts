import { expect, test } from 'vitest';
import { benchVerdict, renderBenchReport } from '../../src/bench/bench-report.ts';
import { buildBenchDocument } from '../../src/bench/build-bench-document.ts';
import type { Repeat } from '../../src/bench/build-bench-document.ts';
import { createPalette } from '../../src/terminal/palette.ts';
import { armResult, record } from '../request-records.ts';

const point = {
  graph: 'support-desk',
  load: 'saturated',
  slots: 4,
  tierBytes: 1_000_000,
  sessions: 2,
  concurrency: 2,
  thinkScale: 0.15,
} as const;
const circumstances = {
  command: 'npm run -s bench:engine',
  date: '2026-11-26',
  machine: { cpu: 'a CPU', cores: 2, commit: 'abc' },
  seed: 7,
  tierBytesPerSecond: null,
  sweep: false,
};

const arm = (firstTokenAtMs: number) => armResult({ requests: [record({ firstTokenAtMs })] });

/** Arms with these times to the first token, in order of unmodified, fair and cachesage. */
function repeat(unmodified: number, fair: number, cachesage: number): Repeat {
  return new Map([
    ['unmodified', arm(unmodified)],
    ['fair', arm(fair)],
    ['cachesage', arm(cachesage)],
  ]);
}

test('figures are means over the repeats, differences are of pairs', () => {
  const repeats = [repeat(100, 80, 50), repeat(200, 200, 120)];
  const document = buildBenchDocument([{ point, repeats }], circumstances);
  const [workload] = document.workloads;
  expect(workload).toMatchObject({ repeats: 2, repeatsWithEqualPrompts: 2, slots: 4 });
  const { cachesage, unmodified } = workload?.arms ?? {};
  expect(cachesage?.ttftMs.mean).toBe(85);
  // −50 % and −40 % of their own baselines; not 85 against 150.
  expect(cachesage?.versusUnmodified?.ttftMeanPercent?.mean).toBeCloseTo(-45);
  expect(cachesage?.versusFair?.ttftMeanPercent?.mean).toBeCloseTo(-38.75);
  expect(unmodified).not.toHaveProperty('versusUnmodified');
});

test('losses stand in the same sentence and carry their mark', () => {
  const repeats = [repeat(100, 80, 150), repeat(100, 80, 151), repeat(100, 80, 149)];
  const document = buildBenchDocument([{ point, repeats }], circumstances);
  const [workload] = document.workloads;
  if (workload === undefined) throw new Error('no row');
  expect(benchVerdict(workload)).toMatch(/against unmodified: worse in mean TTFT/);
  const text = renderBenchReport(document, { columns: 78, palette: createPalette(false) });
  expect(text).toContain('!+50 % (+');
});

test('there is no document without a run', () => {
  expect(() => buildBenchDocument([], circumstances)).toThrow(RangeError);
});
