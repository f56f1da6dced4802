import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import {
  counted,
  formatMilliseconds,
  formatOneDecimal,
  formatRate,
} from '../report/number-format.ts';
import type { Palette } from '../terminal/palette.ts';
import type { Interval, ReplayRow, ReplayWorkload } from './replay-document.ts';

/** No such figure for this row. */
const none = '–';

const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;
const points = (difference: number): string =>
  `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`;

/** A paired difference in points with its interval; a loss that is shown carries `!`. */
export function differenceText(difference: Interval | null): string {
  if (difference === null) return none;
  const { mean, low, high } = difference;
  if (low === null || high === null) return `${points(mean)} (one seed)`;
  return `${high < 0 ? '!' : ''}${points(mean)} (${points(low)}..${points(high)})`;
}

/** A relative change in percent with its interval; a change for the worse that is shown carries `!`. */
export function changeText(change: Interval | null, better: 'higher' | 'lower'): string {
  if (change === null) return none;
  const { mean, low, high } = change;
  if (low === null || high === null) return `${points(mean)} % (one seed)`;
  const isWorse = better === 'higher' ? high < 0 : low > 0;
  return `${isWorse ? '!' : ''}${points(mean)} % (${points(low)}..${points(high)})`;
}

/** A policy with its mode, where that is not the usual one. */
export function rowName(row: Pick<ReplayRow, 'policy' | 'mode'>): string {
  return row.mode === 'ranked' ? row.policy : `${row.policy} (${row.mode})`;
}

/** What is said of a workload before its tables. */
export function workloadLines(workload: ReplayWorkload): readonly string[] {
  const { name, sessions, calls, agents, source, estimated, isDevelopmentSet, declaresGraph } =
    workload;
  return [
    `${name}: ${counted(sessions, 'session')}, ${counted(calls, 'call')}, ${counted(agents, 'agent')}; ${source}`,
    ...(estimated.length === 0 ? [] : [`  estimated: ${estimated.join('; ')}`]),
    ...(declaresGraph ? [] : ['  no declared graph: kvflow takes every agent as one step away']),
    ...(isDevelopmentSet ? ['  development set: constants were chosen on it'] : []),
    ...(workload.skippedLines > 0
      ? [`  ${counted(workload.skippedLines, 'bad line')} left out`]
      : []),
  ];
}

/** Paint, and the room that there is; without `columns` there is room for everything. */
export interface TableLook {
  readonly palette: Palette;
  readonly columns?: number | undefined;
}

interface Column {
  readonly head: string;
  readonly cell: (row: ReplayRow) => string;
  /** Where there is no room, what is largest goes first; absent = never. */
  readonly goes?: number;
}

const columns: readonly Column[] = [
  { head: 'policy', cell: rowName },
  { head: 'net hit', cell: ({ netHitRate }) => percent(netHitRate.mean) },
  {
    head: 'from host',
    cell: ({ hostHitRate }) => (hostHitRate === null ? none : percent(hostHitRate.mean)),
    goes: 1,
  },
  { head: 'sd', cell: ({ netHitRate }) => (netHitRate.sd * 100).toFixed(1), goes: 6 },
  {
    head: 'vs lru, points',
    cell: (row) => (row.policy === 'lru' ? none : differenceText(row.pairedVsLru)),
  },
  { head: 'vs best rival', cell: ({ pairedVsBest }) => differenceText(pairedVsBest), goes: 2 },
  {
    head: 'headroom',
    cell: ({ headroomClosed }) => (headroomClosed === null ? none : formatRate(headroomClosed)),
    goes: 3,
  },
  {
    head: 'TTFT ms',
    cell: ({ ttftMs }) => (ttftMs === null ? none : formatMilliseconds(ttftMs.mean)),
    goes: 4,
  },
  {
    head: 'tok/s',
    cell: ({ throughput }) => (throughput === null ? none : formatOneDecimal(throughput)),
    goes: 5,
  },
];

/** The rows of one workload at one capacity, with as many columns as there is room for. */
export function replayTable(
  rows: readonly ReplayRow[],
  { palette, columns: room }: TableLook,
): string {
  const hasTier = rows.some(({ hostTier }) => hostTier > 0);
  let shown = columns.filter(({ head }) => hasTier || head !== 'from host');
  for (;;) {
    const text = tableOf(rows, shown, palette);
    const width = stripVTControlCharacters(text).indexOf('\n');
    const next = shown.toSorted((a, b) => (b.goes ?? 0) - (a.goes ?? 0))[0];
    if (room === undefined || width <= room || next?.goes === undefined) return text;
    shown = shown.filter((column) => column !== next);
  }
}

function tableOf(rows: readonly ReplayRow[], shown: readonly Column[], palette: Palette): string {
  const table = new Table({
    head: shown.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
    colAligns: shown.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  for (const row of rows) {
    const cells = shown.map(({ cell }) => cell(row));
    table.push(row.policy === 'cachesage' ? cells.map(palette.bold) : cells);
  }
  return table.toString();
}

/** Waiting and times of the rows that order the waiting calls. */
export function orderTable(rows: readonly ReplayRow[], palette: Palette): string {
  const table = new Table({
    head: [
      'order',
      'hit',
      'TTFT ms',
      'vs first come',
      'tok/s',
      'wait p50 ms',
      'p99 ms',
      'p99 calls',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 7 }, () => 'right' as const)],
  });
  for (const row of rows) {
    const { policy, hitRate, ttftMs, throughput, pairedVsWithout, waits, waitMs } = row;
    const cells = [
      isOnFrontier(row, rows) ? `${policy} *` : policy,
      percent(hitRate.mean),
      ttftMs === null ? none : formatMilliseconds(ttftMs.mean),
      changeText(pairedVsWithout?.ttft ?? null, 'lower'),
      throughput === null ? none : formatOneDecimal(throughput),
      waitMs === null ? none : formatMilliseconds(waitMs.p50),
      waitMs === null ? none : formatMilliseconds(waitMs.p99),
      waits === null ? none : waits.p99.toFixed(0),
    ];
    table.push(policy.startsWith('cachesage') ? cells.map(palette.bold) : cells);
  }
  return table.toString();
}

/** No other row has both a lower mean TTFT and a lower 99th percentile of the wait. */
export function isOnFrontier(row: ReplayRow, rows: readonly ReplayRow[]): boolean {
  const ttft = row.ttftMs?.mean;
  const wait = row.waitMs?.p99;
  if (ttft === undefined || wait === undefined) return false;
  return !rows.some(
    (other) =>
      (other.ttftMs?.mean ?? Number.POSITIVE_INFINITY) < ttft &&
      (other.waitMs?.p99 ?? Number.POSITIVE_INFINITY) < wait,
  );
}

/** CacheSage's times against those of LRU, and of the rival that is best in each. */
export function timesLine(rows: readonly ReplayRow[]): string | undefined {
  const own = rows.find((row) => rowName(row) === 'cachesage');
  if (own === undefined || own.pairedTtft.vsLru === null) return undefined;
  const { pairedTtft: ttft, pairedThroughput: throughput } = own;
  const parts = [
    `cachesage vs lru: mean TTFT ${changeText(ttft.vsLru, 'lower')}, tok/s ${changeText(throughput.vsLru, 'higher')}`,
    ...(ttft.vsBest === null || ttft.vsBest.rival === 'lru'
      ? []
      : [`mean TTFT vs ${ttft.vsBest.rival} ${changeText(ttft.vsBest, 'lower')}`]),
    ...(throughput.vsBest === null || throughput.vsBest.rival === 'lru'
      ? []
      : [`tok/s vs ${throughput.vsBest.rival} ${changeText(throughput.vsBest, 'higher')}`]),
  ];
  return parts.join('; ');
}

/** @param calls of the workload, of which coverage is a share */
export function prefetchTable(rows: readonly ReplayRow[], calls: number, palette: Palette): string {
  const table = new Table({
    head: [
      'policy',
      'hit',
      'net hit',
      'TTFT ms',
      'vs without',
      'tok/s',
      'vs without',
      'issued',
      'begun',
      'coverage',
      'precision',
      'waste tok',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 11 }, () => 'right' as const)],
  });
  for (const row of rows) {
    const { policy, kind, hitRate, netHitRate, ttftMs, throughput, pairedVsWithout } = row;
    const { issued, begun, used, wastedTokens } = row.prefetch;
    const prefetches = kind === 'prefetch';
    const cells = [
      policy,
      percent(hitRate.mean),
      percent(netHitRate.mean),
      ttftMs === null ? none : formatMilliseconds(ttftMs.mean),
      changeText(pairedVsWithout?.ttft ?? null, 'lower'),
      throughput === null ? none : formatOneDecimal(throughput),
      changeText(pairedVsWithout?.throughput ?? null, 'higher'),
      prefetches ? String(issued) : none,
      prefetches ? String(begun) : none,
      prefetches ? percent(used / calls) : none,
      prefetches && begun > 0 ? percent(used / begun) : none,
      prefetches ? wastedTokens.toLocaleString('en-US') : none,
    ];
    table.push(policy.startsWith('cachesage') ? cells.map(palette.bold) : cells);
  }
  return table.toString();
}

/**
 * What is left of the ranked gain on an engine that cannot be asked for an order: (touch − LRU) / (ranked − LRU), net.
 * @returns undefined where a row is missing, or ranking gains less than 0.05 points
 */
export function touchLine(rows: readonly ReplayRow[]): string | undefined {
  const net = (policy: string, mode: ReplayRow['mode']): number | undefined =>
    rows.find((row) => row.policy === policy && row.mode === mode)?.netHitRate.mean;
  const lru = net('lru', 'ranked');
  const ranked = net('cachesage', 'ranked');
  const touched = net('cachesage', 'touch');
  if (lru === undefined || ranked === undefined || touched === undefined) return undefined;
  if (ranked - lru < 0.0005) return undefined;
  const share = (touched - lru) / (ranked - lru);
  return `cachesage (touch) keeps ${percent(share)} of the ranked gain over lru, net of what touches compute`;
}

/** Best rival and capacity in words, over the table. */
export function capacityLine(rows: readonly ReplayRow[], workload: ReplayWorkload): string {
  const [row] = rows;
  if (row === undefined) return '';
  const best = rows.find(({ pairedVsBest }) => pairedVsBest !== null)?.pairedVsBest?.rival;
  const longer = workload.longerCalls[String(row.capacity)] ?? 0;
  const parts = [
    `capacity ${formatShare(row.capacity)} of the peak working set = ${row.capacityTokens.toLocaleString('en-US')} tokens`,
    ...(row.hostTier === 0 ? [] : [`host tier of ${row.hostTier} x that`]),
    `${row.concurrency} sessions at once`,
    counted(row.seeds, 'seed'),
    ...(best === undefined ? [] : [`best rival: ${best}`]),
    ...(longer === 0 ? [] : [`${counted(longer, 'call')} longer than the cache`]),
  ];
  return parts.join(', ');
}

function formatShare(share: number): string {
  return share.toFixed(share < 0.1 ? 3 : 2);
}
