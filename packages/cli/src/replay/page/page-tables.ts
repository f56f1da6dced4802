import { formatMilliseconds, formatOneDecimal, formatRate } from '../../report/number-format.ts';
import type { Interval, ReplayRow, RivalInterval } from '../replay-document.ts';
import { changeText, differenceText, rowName } from '../replay-table.ts';
import { escapeMarkup, marked } from './markup.ts';

const none = '–';

interface Column {
  readonly head: string;
  readonly cell: (row: ReplayRow) => string;
}

/** Bars, rates and paired differences of one capacity. */
export function hitTable(caption: string, rows: readonly ReplayRow[]): string {
  const widest = Math.max(...rows.map(({ netHitRate }) => netHitRate.mean), Number.EPSILON);
  const hasTier = rows.some(({ hostTier }) => hostTier > 0);
  const tier: readonly Column[] = [
    { head: 'host tier', cell: ({ hostTier }) => String(hostTier) },
    { head: 'from host', cell: ({ hostHitRate }) => percent(hostHitRate?.mean ?? 0) },
  ];
  return table(
    caption,
    rows,
    [
      { head: 'net hit', cell: ({ netHitRate }) => percent(netHitRate.mean) },
      ...(hasTier ? tier : []),
      {
        head: 'vs lru, points',
        cell: (row) => (row.policy === 'lru' ? none : differenceText(row.pairedVsLru)),
      },
      {
        head: 'vs best rival',
        cell: ({ pairedVsBest }) => withRival(pairedVsBest, differenceText),
      },
      {
        head: 'headroom closed',
        cell: ({ headroomClosed }) => (headroomClosed === null ? none : formatRate(headroomClosed)),
      },
    ],
    ({ netHitRate }) => Math.max(0, netHitRate.mean) / widest,
  );
}

/** Times of the engine model of one capacity. */
export function timeTable(caption: string, rows: readonly ReplayRow[]): string {
  return table(caption, rows, [
    {
      head: 'mean TTFT, ms',
      cell: ({ ttftMs }) => (ttftMs === null ? none : formatMilliseconds(ttftMs.mean)),
    },
    { head: 'vs lru', cell: ({ pairedTtft }) => changeText(pairedTtft.vsLru, 'lower') },
    {
      head: 'vs best rival',
      cell: ({ pairedTtft }) =>
        withRival(pairedTtft.vsBest, (change) => changeText(change, 'lower')),
    },
    {
      head: 'vs without',
      cell: ({ pairedVsWithout }) => changeText(pairedVsWithout?.ttft ?? null, 'lower'),
    },
    {
      head: 'tok/s',
      cell: ({ throughput }) => (throughput === null ? none : formatOneDecimal(throughput)),
    },
    {
      head: 'vs lru',
      cell: ({ pairedThroughput }) => changeText(pairedThroughput.vsLru, 'higher'),
    },
    {
      head: 'vs best rival',
      cell: ({ pairedThroughput }) =>
        withRival(pairedThroughput.vsBest, (change) => changeText(change, 'higher')),
    },
    {
      head: 'vs without',
      cell: ({ pairedVsWithout }) => changeText(pairedVsWithout?.throughput ?? null, 'higher'),
    },
  ]);
}

function table(
  caption: string,
  rows: readonly ReplayRow[],
  all: readonly Column[],
  barOf?: (row: ReplayRow) => number,
): string {
  // A column that says nothing of these rows takes no room.
  const columns = all.filter(({ cell }) => rows.some((row) => cell(row) !== none));
  const heads = columns.map(({ head }) => `<th scope="col">${head}</th>`).join('');
  const bar = barOf === undefined ? '' : '<td></td>';
  const body = rows.map((row) => {
    const share = barOf?.(row);
    const drawn =
      share === undefined
        ? ''
        : `<td class="bar" aria-hidden="true"><span style="width:${(share * 100).toFixed(1)}%"></span></td>`;
    const cells = columns.map(({ cell }) => `<td>${marked(cell(row))}</td>`).join('');
    return `<tr${classOf(row)}><th scope="row">${escapeMarkup(rowName(row))}</th>${drawn}${cells}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(caption)}"><table>
<caption>${escapeMarkup(caption)}</caption>
<thead><tr><th scope="col">policy</th>${bar}${heads}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function classOf({ policy, kind }: ReplayRow): string {
  if (kind === 'offline' || kind === 'bound') return ' class="beyond"';
  return policy.startsWith('cachesage') && policy !== 'cachesage-v1' ? ' class="own"' : '';
}

function withRival(change: RivalInterval | null, text: (change: Interval) => string): string {
  return change === null ? none : `${text(change)} ${change.rival}`;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
