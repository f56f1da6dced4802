import Table from 'cli-table3';
import type { Palette } from '../terminal/palette.ts';
import { compareArms } from './arm-comparison.ts';
import type { ArmComparison } from './arm-comparison.ts';
import {
  formatMilliseconds,
  formatOneDecimal,
  formatPoints,
  formatRate,
  formatRelative,
  unknownFigure,
} from './number-format.ts';
import type { ArmReport, ArmsReport } from './report-document.ts';

/** One column: what an arm shows, what a difference row shows, and which sign is a loss. */
interface Column {
  readonly head: string;
  readonly width: number;
  readonly figure: (arm: ArmReport) => string;
  readonly difference: (comparison: ArmComparison) => number | undefined;
  readonly format: (difference: number) => string;
  readonly worse: 1 | -1;
}

const nameWidth = 16;

const netHit: Column = {
  head: 'net hit',
  width: 9,
  figure: (arm) => orUnknown(arm.netHitRate, formatRate),
  difference: (comparison) => comparison.netHitPoints,
  format: formatPoints,
  worse: -1,
};
const ttftMean: Column = timeColumn(
  'TTFT ms',
  9,
  (arm) => arm.ttftMs.mean,
  (comparison) => comparison.ttftMeanPercent,
);
const ttftP95: Column = timeColumn(
  'p95',
  8,
  (arm) => arm.ttftMs.p95,
  (comparison) => comparison.ttftP95Percent,
);
const columnsWide: readonly Column[] = [
  netHit,
  ttftMean,
  timeColumn(
    'p50',
    8,
    (arm) => arm.ttftMs.p50,
    (comparison) => comparison.ttftP50Percent,
  ),
  ttftP95,
  timeColumn(
    'queue',
    8,
    (arm) => arm.ttftMs.queueMean,
    (comparison) => comparison.queuePercent,
  ),
  timeColumn(
    'prefill',
    8,
    (arm) => arm.ttftMs.prefillMean,
    (comparison) => comparison.prefillPercent,
  ),
  {
    head: 'out tok/s',
    width: 10,
    figure: (arm) => formatOneDecimal(arm.outputTokensPerSecond),
    difference: (comparison) => comparison.outputPercent,
    format: formatRelative,
    worse: -1,
  },
];
const columnsNarrow: readonly Column[] = [netHit, ttftMean, ttftP95];

/** Arms in their order with difference rows under `cachesage`; no box lines, at most 76 columns wide. */
export function figureTable(
  arms: Partial<ArmsReport>,
  options: {
    readonly columns: number;
    readonly palette: Palette;
    /** Rows of differences under the arms; shown unless false. */
    readonly differences?: boolean;
  },
): string[] {
  const { palette } = options;
  const columns = options.columns < widthOf(columnsWide) ? columnsNarrow : columnsWide;
  const table = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [nameWidth, ...columns.map((column) => column.width)],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
  });
  table.push(['  arm', ...columns.map((column) => column.head)].map(palette.dim));
  const paint = {
    unmodified: palette.dim,
    fair: asIs,
    cachesage: palette.bold,
    'cachesage-noprefetch': palette.dim,
    bare: palette.dim,
    oracle: palette.dim,
  };
  const order = [
    'unmodified',
    'bare',
    'fair',
    'cachesage',
    'cachesage-noprefetch',
    'oracle',
  ] as const;
  for (const name of order) {
    const arm = arms[name];
    if (arm === undefined) continue;
    table.push([`  ${name}`, ...columns.map((column) => column.figure(arm))].map(paint[name]));
  }
  for (const baselineName of options.differences === false
    ? []
    : (['unmodified', 'fair'] as const)) {
    const baseline = arms[baselineName];
    if (arms.cachesage === undefined || baseline === undefined) continue;
    const comparison = compareArms(arms.cachesage, baseline);
    table.push([
      `   vs ${baselineName}`,
      ...columns.map((column) => differenceCell(column, comparison, palette)),
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** A loss carries `!` and the colour; it is judged by the number that is shown. */
function differenceCell(column: Column, comparison: ArmComparison, palette: Palette): string {
  const difference = column.difference(comparison);
  if (difference === undefined) return unknownFigure;
  const shown = Math.round(difference);
  const text = column.format(shown);
  return Math.sign(shown) === column.worse ? palette.bad(`!${text}`) : text;
}

function timeColumn(
  head: string,
  width: number,
  time: (arm: ArmReport) => number | null,
  difference: Column['difference'],
): Column {
  return {
    head,
    width,
    figure: (arm) => orUnknown(time(arm), formatMilliseconds),
    difference,
    format: formatRelative,
    worse: 1,
  };
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((total, column) => total + column.width, nameWidth);
}

function orUnknown(value: number | null, format: (value: number) => string): string {
  return value === null ? unknownFigure : format(value);
}

function asIs(text: string): string {
  return text;
}

/** Every line that the library would draw, by its name there. */
const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
