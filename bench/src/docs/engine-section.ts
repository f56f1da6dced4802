import {
  benchVerdict,
  findingOf,
  formatBytes,
  formatInterval,
  formatMilliseconds,
  formatRate,
  shownFigures,
  unknownFigure,
} from '@entresol/cli/report';
import type { BenchDocument, BenchWorkload, PairedFigures } from '@entresol/cli/report';
import { armDescriptions, armTable } from './arm-table.ts';
import { machineText } from './machine-text.ts';
import { modelTable } from './model-error.ts';
import { markdownTable } from './markdown-table.ts';

export interface SectionOptions {
  readonly title: string;
  /** Path of the picture as the page links it. */
  readonly picture: string;
  /** Path of the JSON as the page links it. */
  readonly source: string;
}

/** One benchmark as the page shows it; every figure comes from the document. */
export function engineSection(document: BenchDocument, options: SectionOptions): string[] {
  const [first] = document.workloads;
  return [
    `## ${options.title}`,
    '',
    ...circumstances(document, options.source),
    '',
    ...(first === undefined ? [] : armDescriptions(first.arms)),
    '',
    `![${options.title}](${options.picture})`,
    '',
    ...(document.sweep
      ? sweepTable(document.workloads)
      : document.workloads.flatMap((workload) => workloadPart(workload))),
  ];
}

function circumstances(document: BenchDocument, source: string): string[] {
  const { command, date, engine, machine, tierBytesPerSecond } = document;
  const weights = engine.weights === 'random' ? ', random weights' : '';
  const device = (engine.device ?? 'cpu') === 'cpu' ? '' : `, on ${engine.device}`;
  const ratio = engine.reloadToRecompute;
  return [
    `\`${command}\` on ${date}: ${machineText(machine)}; ${engine.name} ${engine.version ?? ''}, ${engine.model}${weights}${device}. [JSON](${source}).`,
    ...(tierBytesPerSecond === null
      ? []
      : [`The second tier is slowed to ${(tierBytesPerSecond / 1e6).toFixed(1)} MB/s.`]),
    ...(ratio === null ? [] : [`A reload costs ${formatRate(ratio)} of a recompute.`]),
  ];
}

function workloadPart(workload: BenchWorkload): string[] {
  const { name, load, sessions, concurrency, requests, repeats, headroom, slots, tierBytes } =
    workload;
  return [
    `### ${name}, ${load}`,
    '',
    `${benchVerdict(workload)} ${sessions} sessions, ${concurrency} at once, ${Math.round(requests)} requests a run, ${slots} slots, second tier ${formatBytes(tierBytes)}, ${repeats} repeats.`,
    ...(headroom === null
      ? []
      : [
          `Headroom: an infinite cache would hit ${Math.round(headroom * 100)} points more than \`unmodified\`.`,
        ]),
    `All arms sent the same prompts in ${workload.repeatsWithEqualPrompts} of ${repeats} repeats.`,
    '',
    ...armTable(workload.arms),
    '',
    ...differenceTable(workload),
    '',
    ...priorTable(workload),
    ...modelTable(workload),
  ];
}

/** The declared graph against none and against a wrong one, over the first five sessions. */
function priorTable({ prediction }: BenchWorkload): string[] {
  const trial = prediction?.firstFiveSessions;
  if (trial === undefined) return [];
  const { withPrior, withoutPrior, shuffledPrior } = trial;
  const rows = [
    ['declared graph', withPrior],
    ['none', withoutPrior],
    ['the graph with its agents exchanged', shuffledPrior],
  ] as const;
  return [
    'The prior, first five sessions: predictions of the same recorded events, net hit rate of one engine run each.',
    '',
    ...markdownTable(
      ['prior', 'next agent named first', 'Brier score', 'predictions', 'net hit rate'],
      rows.map(([name, { top1, brier, resolved, netHitRate }]) => [
        name,
        knownRate(top1),
        brier === null ? unknownFigure : brier.toFixed(3),
        String(resolved),
        knownRate(netHitRate),
      ]),
    ),
    '',
  ];
}

function knownRate(value: number | null): string {
  return value === null ? unknownFigure : formatRate(value);
}

/** Paired differences with their intervals; losses carry `!`, what is not shown says so. */
function differenceTable({ arms }: BenchWorkload): string[] {
  const compared = (['fair', 'cachesage', 'bare', 'oracle'] as const).flatMap((name) => {
    const { versusUnmodified, versusFair, versusNoPrefetch } = arms[name] ?? {};
    return [
      ...(versusUnmodified === undefined
        ? []
        : [{ title: `\`${name}\` vs \`unmodified\``, figures: versusUnmodified }]),
      ...(versusFair === undefined || name === 'bare'
        ? []
        : [{ title: `\`${name}\` vs \`fair\``, figures: versusFair }]),
      ...(versusNoPrefetch === undefined
        ? []
        : [{ title: `\`${name}\` vs \`cachesage-noprefetch\``, figures: versusNoPrefetch }]),
    ];
  });
  return markdownTable(
    ['paired difference', ...shownFigures.map(({ label }) => label)],
    compared.map(({ title, figures }) => [title, ...differenceCells(figures)]),
  );
}

function differenceCells(figures: PairedFigures): string[] {
  return shownFigures.map(({ figure, gain }) => {
    const interval = figures[figure];
    if (interval === undefined) return unknownFigure;
    const text = formatInterval(figure, interval);
    const finding = findingOf(interval, gain);
    if (finding === 'worse') return `! ${text}`;
    return finding === 'better' ? text : `${text}, not shown`;
  });
}

function sweepTable(workloads: readonly BenchWorkload[]): string[] {
  const rows = workloads.map(({ name, load, slots, tierBytes, headroom, arms }) => {
    const { unmodified, fair, cachesage } = arms;
    return [
      `${name}, ${load}`,
      String(slots),
      formatBytes(tierBytes),
      headroom === null ? unknownFigure : `${Math.round(headroom * 100)} pts`,
      ...[unmodified, fair, cachesage].map((arm) => {
        if (arm === undefined) return unknownFigure;
        const { netHitRate, ttftMs } = arm;
        const hit = netHitRate === null ? unknownFigure : formatRate(netHitRate);
        return `${hit}, ${formatMilliseconds(ttftMs.mean)} ms`;
      }),
      ...[cachesage?.versusUnmodified, cachesage?.versusFair].map((figures) =>
        figures === undefined ? unknownFigure : (differenceCells(figures)[0] ?? unknownFigure),
      ),
    ];
  });
  return [
    'Net hit rate and mean TTFT by slots; the second tier grows with them.',
    '',
    ...markdownTable(
      [
        'workload',
        'slots',
        'second tier',
        'headroom',
        '`unmodified`',
        '`fair`',
        '`cachesage`',
        'net hit rate vs `unmodified`',
        'vs `fair`',
      ],
      rows,
    ),
    '',
  ];
}
