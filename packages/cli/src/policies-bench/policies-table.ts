import Table from 'cli-table3';
import type { PolicyRow } from './policy-row.ts';

/** Rows as plain text. */
export function renderPoliciesTable(rows: readonly PolicyRow[]): string {
  const table = new Table({
    head: ['policy', 'workload', 'metric', 'without', 'with', 'difference, 95 %', 'wanted', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'left', 'left'],
    colWidths: [15, 34, 22, 10, 10, 20, 26, 8],
    wordWrap: true,
  });
  for (const row of rows) {
    table.push([
      row.policy,
      row.workload,
      `${row.metric} (${row.unit}, ${row.evidence})`,
      figure(row.without),
      figure(row.with),
      row.low === null || row.high === null
        ? `${figure(row.with - row.without)}, one pair`
        : `${figure(row.low)} to ${figure(row.high)}`,
      row.threshold,
      row.met ? 'met' : 'NOT MET',
    ]);
  }
  return table.toString();
}

function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(3);
}
