import Table from 'cli-table3';
import type { FirstFiveSessions, TrialReport } from '../report/report-document.ts';

/** The three rows as plain text; `-` where there is no figure. */
export function renderPriorTable(report: FirstFiveSessions): string {
  const table = new Table({
    head: ['prior', 'top-1', 'Brier', 'resolved', 'net hit'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  });
  table.push(
    row('declared graph', report.withPrior),
    row('none', report.withoutPrior),
    row('shuffled', report.shuffledPrior),
  );
  return table.toString();
}

function row(name: string, { top1, brier, resolved, netHitRate }: TrialReport): string[] {
  return [name, percent(top1), brier?.toFixed(3) ?? '-', String(resolved), percent(netHitRate)];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}
