import type { PolicyRow } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';

/** Every row of `bench:policies`, by policy and workload; what was not met comes first. */
export function policiesSection(rows: readonly PolicyRow[]): readonly string[] {
  const missed = rows.filter(({ met }) => !met);
  return [
    missed.length === 0
      ? `All ${rows.length} figures are as they were to be.`
      : `${rows.length - missed.length} of ${rows.length} figures are as they were to be. These are not:`,
    '',
    ...missed.map(
      (row) =>
        `- ${row.policy}, ${row.workload}: ${row.metric} ${figure(row.without)} → ${figure(row.with)} ${row.unit} (wanted: ${row.threshold})`,
    ),
    ...(missed.length === 0 ? [] : ['']),
    ...[...Map.groupBy(rows, ({ policy }) => policy)].flatMap(([policy, own]) => [
      `## ${policy}`,
      '',
      ...[...Map.groupBy(own, ({ workload }) => workload)].flatMap(([workload, figures]) => [
        `${workload}, pairs: ${figures[0]?.pairs ?? 0}, ${figures[0]?.evidence ?? ''}:`,
        '',
        ...markdownTable(
          ['figure', 'without', 'with', 'difference, 95 %', 'wanted', 'met'],
          figures.map((row) => [
            `${row.metric}, ${row.unit}`,
            figure(row.without),
            figure(row.with),
            row.low === null || row.high === null
              ? figure(row.with - row.without)
              : `${figure(row.low)} to ${figure(row.high)}`,
            row.threshold,
            row.met ? 'yes' : '**no**',
          ]),
        ),
        '',
      ]),
    ]),
  ];
}

function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(3);
}
