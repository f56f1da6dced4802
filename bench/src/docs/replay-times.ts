import { changeText, formatMilliseconds, formatOneDecimal } from '@entresol/cli/report';
import type { Interval, ReplayDocument, ReplayRow } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';
import { none, summaryCapacity } from './replay-figures.ts';

type Better = 'higher' | 'lower';

/** A change with the rival that it is against. */
function toRival(change: (Interval & { readonly rival: string }) | null, better: Better): string {
  return change === null ? none : `${changeText(change, better)}, ${change.rival}`;
}

/** What the hit rates take in the model of the engine's time, seed by seed against LRU and the best rival. */
export function times({ workloads, rows }: ReplayDocument): string[] {
  const own = (workload: string): ReplayRow | undefined =>
    rows.find(
      (row) =>
        row.workload === workload &&
        row.policy === 'cachesage' &&
        row.mode === 'ranked' &&
        row.capacity === summaryCapacity,
    );
  const cells = workloads.flatMap(({ name }) => {
    const row = own(name);
    if (row === undefined || row.ttftMs === null || row.throughput === null) return [];
    return [
      [
        name,
        formatMilliseconds(row.ttftMs.mean),
        changeText(row.pairedTtft.vsLru, 'lower'),
        toRival(row.pairedTtft.vsBest, 'lower'),
        formatOneDecimal(row.throughput),
        changeText(row.pairedThroughput.vsLru, 'higher'),
        toRival(row.pairedThroughput.vsBest, 'higher'),
      ],
    ];
  });
  if (cells.length === 0) return [];
  return [
    `In the model of the engine's time, at ${summaryCapacity.toFixed(2)}: relative changes under the same seeds with 95 % intervals, against LRU and against the online rival that is best in that figure.`,
    '',
    ...markdownTable(
      [
        'workload',
        '`cachesage` mean TTFT ms',
        'vs `lru`',
        'vs best rival',
        'tok/s',
        'vs `lru`',
        'vs best rival',
      ],
      cells,
    ),
  ];
}
