import type { ReplayDocument, ReplayRow } from '../replay-document.ts';
import { differenceText, rowName } from '../replay-table.ts';
import { formatRate } from '../../report/number-format.ts';

const isOwn = (row: ReplayRow): boolean => rowName(row) === 'cachesage';

/** One sentence over all workloads and capacities; a loss is counted in it. */
export function verdict({ rows }: ReplayDocument): string {
  const judged = rows.filter((row) => isOwn(row) && row.pairedVsBest?.low != null);
  if (judged.length === 0) return 'What each policy would have hit';
  const won = judged.filter(({ pairedVsBest }) => (pairedVsBest?.low ?? 0) > 0).length;
  const lost = judged.filter(({ pairedVsBest }) => (pairedVsBest?.high ?? 0) < 0).length;
  const open = judged.length - won - lost;
  if (won + lost === 0) return 'No difference between CacheSage and the best online rival is shown';
  const [first, ...rest] = [
    ...(won > 0 ? [`more than the best online rival in ${won}`] : []),
    ...(lost > 0
      ? [won > 0 ? `less in ${lost}` : `less than the best online rival in ${lost}`]
      : []),
  ];
  const shown = [`${first} of ${judged.length}`, ...rest].join(', ');
  return `CacheSage hit ${shown}${open > 0 ? `; no difference is shown in ${open}` : ''}`;
}

/** What one workload's rows of CacheSage say, a clause for each capacity. */
export function findings(rows: readonly ReplayRow[]): readonly string[] {
  return rows.filter(isOwn).map((row) => {
    const { capacity, netHitRate, pairedVsLru, pairedVsBest, headroomClosed, hostTier } = row;
    const tier = hostTier > 0 ? `, host tier ${hostTier}` : '';
    return [
      `At ${capacity.toFixed(2)}${tier} CacheSage hits ${(netHitRate.mean * 100).toFixed(1)} %`,
      ...(pairedVsLru === null ? [] : [`${differenceText(pairedVsLru)} points against lru`]),
      ...(pairedVsBest === null
        ? []
        : [`${differenceText(pairedVsBest)} against ${pairedVsBest.rival}, the best online rival`]),
      ...(headroomClosed === null
        ? []
        : [`${formatRate(headroomClosed)} of what the best offline order gains`]),
    ].join('; ');
  });
}
