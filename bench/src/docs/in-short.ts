import {
  differenceText,
  findingOf,
  formatInterval,
  formatRate,
  rowName,
  shownFigures,
  unknownFigure,
} from '@entresol/cli/report';
import type {
  BenchDocument,
  BenchWorkload,
  PairedFigures,
  ReplayDocument,
} from '@entresol/cli/report';
import { headingAnchor } from './heading-anchor.ts';
import { markdownTable } from './markdown-table.ts';
import { none, percent, summaryCapacity } from './replay-figures.ts';

/** A benchmark of the engine, and the heading under which the page has it. */
export interface TitledBenchmark {
  readonly title: string;
  /** Its name in a table; rows of several workloads have theirs in front. */
  readonly short: string;
  readonly document: BenchDocument;
}

type Row = TitledBenchmark & { readonly workload: BenchWorkload };

type Versus = 'versusUnmodified' | 'versusFair';

const told = shownFigures.filter(({ figure }) => figure !== 'ttftP50Percent');

/** The first part of the page: what was compared, what came out in every row, and every loss. */
export function inShort(
  benchmarks: readonly TitledBenchmark[],
  replay: ReplayDocument | undefined,
): string[] {
  const rows = benchmarks.flatMap((benchmark) =>
    benchmark.document.workloads.map((workload) => ({ ...benchmark, workload })),
  );
  return [
    '## In short',
    '',
    '**What.** Example applications and recorded workloads run on llama.cpp, with the same requests in three arms. `unmodified` is the engine with the rules of its own server, and no Entresol. `fair` has the memory and the tiers that Entresol adds, with least recently used first out: what is left against it is what prediction brings. `cachesage` is Entresol. A small model or random weights: the text means nothing, the computing is real.',
    '',
    '**How much.** Paired differences, 95 % interval; `!` = worse, and the interval shows it. `tok/s`: output tokens a second of the whole run. Command, machine and commit stand in the section that each row leads to.',
    '',
    ...differences(rows),
    '',
    ...(['versusUnmodified', 'versusFair'] as const).map((versus) => tally(rows, versus)),
    '',
    ...losses(rows),
    '',
    ...(replay === undefined ? [] : replayed(replay)),
  ];
}

function differences(rows: readonly Row[]): string[] {
  return markdownTable(
    [
      'benchmark',
      'pairs',
      'net hit rate: `unmodified`, `fair`, `cachesage`',
      'net hit vs `unmodified`',
      'TTFT vs `unmodified`',
      'tok/s vs `unmodified`',
      'net hit vs `fair`',
      'TTFT vs `fair`',
      'tok/s vs `fair`',
    ],
    rows.map((row) => {
      const { unmodified, fair, cachesage } = row.workload.arms;
      return [
        `[${labelOf(row)}](#${headingAnchor(row.title)})`,
        String(row.workload.repeats),
        [unmodified, fair, cachesage]
          .map((arm) => (arm?.netHitRate == null ? unknownFigure : formatRate(arm.netHitRate)))
          .join(', '),
        ...cells(cachesage?.versusUnmodified),
        ...cells(cachesage?.versusFair),
      ];
    }),
  );
}

function cells(figures: PairedFigures | undefined): string[] {
  return (['netHitPoints', 'ttftMeanPercent', 'outputPercent'] as const).map((figure) => {
    const interval = figures?.[figure];
    if (interval === undefined) return unknownFigure;
    const gain = figure === 'ttftMeanPercent' ? -1 : 1;
    return `${findingOf(interval, gain) === 'worse' ? '! ' : ''}${formatInterval(figure, interval)}`;
  });
}

/** How often each figure was shown to be better, worse, or neither. */
function tally(rows: readonly Row[], versus: Versus): string {
  const counts = told.map(({ figure, label, gain }) => {
    const findings = rows.flatMap(({ workload }) => {
      const interval = workload.arms.cachesage?.[versus]?.[figure];
      return interval === undefined || interval.low === null ? [] : [findingOf(interval, gain)];
    });
    const of = (finding: string): number => findings.filter((one) => one === finding).length;
    return `${label} better in ${of('better')}, worse in ${of('worse')}, not shown in ${of('unshown')}`;
  });
  return `- Against \`${armOf(versus)}\`, of the rows with an interval: ${counts.join('; ')}.`;
}

/** Every figure that is behind: where an interval shows it, and where one pair has none. */
function losses(rows: readonly Row[]): string[] {
  const shown = perRow(rows, ({ interval, gain }) => findingOf(interval, gain) === 'worse');
  const single = perRow(
    rows,
    ({ interval, gain }) => interval.low === null && Math.sign(Math.round(interval.mean)) === -gain,
  );
  return [
    '**Where it loses.** Figures whose interval shows a loss:',
    '',
    ...(shown.length === 0 ? ['- none'] : shown),
    '',
    'Figures of a single pair, which has no interval, that are behind:',
    '',
    ...(single.length === 0 ? ['- none'] : single),
  ];
}

type Interval = NonNullable<PairedFigures[keyof PairedFigures]>;

function perRow(
  rows: readonly Row[],
  holds: (one: { readonly interval: Interval; readonly gain: 1 | -1 }) => boolean,
): string[] {
  return rows.flatMap((row) =>
    (['versusUnmodified', 'versusFair'] as const).flatMap((versus) => {
      const figures = told.flatMap(({ figure, label, gain }) => {
        const interval = row.workload.arms.cachesage?.[versus]?.[figure];
        return interval === undefined || !holds({ interval, gain })
          ? []
          : [`${label} ${formatInterval(figure, interval).replace(' (one pair)', '')}`];
      });
      return figures.length === 0
        ? []
        : [`- ${labelOf(row)}, against \`${armOf(versus)}\`: ${figures.join(', ')}`];
    }),
  );
}

const armOf = (versus: Versus): string => (versus === 'versusFair' ? 'fair' : 'unmodified');

/** The replay lab in one table: one capacity, against LRU, the best rival of each workload, and what was possible. */
function replayed({ workloads, rows }: ReplayDocument): string[] {
  const found = workloads.flatMap((workload) => {
    const at = rows.filter(
      (row) =>
        row.workload === workload.name && row.capacity === summaryCapacity && row.hostTier === 0,
    );
    const rate = (policy: string): string => {
      const row = at.find((one) => rowName(one) === policy);
      return row === undefined ? none : percent(row.netHitRate.mean);
    };
    const own = at.find((row) => rowName(row) === 'cachesage');
    if (own === undefined) return [];
    return [
      [
        workload.isDevelopmentSet ? `${workload.name} (development set)` : workload.name,
        rate('lru'),
        rate('cachesage'),
        rate('belady-leaf'),
        differenceText(own.pairedVsLru),
        own.pairedVsBest === null
          ? none
          : `${differenceText(own.pairedVsBest)}, ${own.pairedVsBest.rival}`,
      ],
    ];
  });
  return [
    `**Against other policies**, each in its best form, in a model of a paged prefix cache with room for ${summaryCapacity.toFixed(2)} of what is live at the peak ([replayed traces](#recorded-traces-replayed)): net hit rates, and differences in points. \`belady-leaf\` knows the future. Constants were chosen on the development set.`,
    '',
    ...markdownTable(
      ['workload', '`lru`', '`cachesage`', '`belady-leaf`', 'vs `lru`', 'vs the best rival'],
      found,
    ),
  ];
}

function labelOf({ short, document, workload }: Row): string {
  if (document.sweep)
    return `${short}, ${workload.slots} ${workload.slots === 1 ? 'slot' : 'slots'}`;
  return document.workloads.length > 1 ? `${workload.name}, ${short}` : short;
}
