import { differenceText, formatRate } from '@entresol/cli/report';
import type { TrialDocument, TrialRow } from '../trials/trial-document.ts';
import { machineText } from './machine-text.ts';

/** The trials in words and tables, the worst loss first. */
export function trialsSection(document: TrialDocument): readonly string[] {
  const { command, date, machine, seeds, concurrency, capacity } = document;
  const worst = [...document.adversaries, ...document.sizes].toSorted(
    (a, b) => a.difference.mean - b.difference.mean,
  )[0];
  return [
    '## Replay: cold starts, adversaries, wrong sizes',
    '',
    `\`${command}\` on ${date}: ${machineText(machine)}. ${seeds} seeds, ${concurrency} sessions at once, capacity ${capacity} of the peak working set where nothing else is said. Hit rates; differences are points with 95 % intervals over interleavings.`,
    '',
    ...(worst === undefined
      ? []
      : [
          `The worst of all against LRU: ${worst.workload}, ${worst.trial}: ${differenceText(worst.difference)} points.`,
          '',
        ]),
    'Cold start: CacheSage with the declared graph, with none, and with one whose agents are exchanged; the difference is what the graph adds to none.',
    '',
    ...table(document.coldStart, ['none', 'shuffled', 'cachesage'], 'declared vs none'),
    '',
    'Traces turned against whoever has learned them:',
    '',
    ...table(document.adversaries, ['lru', 'cachesage'], 'cachesage vs lru'),
    '',
    'Caches far too small and far too large:',
    '',
    ...table(document.sizes, ['lru', 'cachesage'], 'cachesage vs lru'),
  ];
}

function table(
  rows: readonly TrialRow[],
  names: readonly string[],
  difference: string,
): readonly string[] {
  const cells = rows.map((row) => [
    row.workload,
    row.trial,
    ...names.map((name) => formatRate(row.hitRates[name] ?? 0)),
    differenceText(row.difference),
  ]);
  const head = ['workload', 'trial', ...names.map((name) => `\`${name}\``), difference];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)];
}
