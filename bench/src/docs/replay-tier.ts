import { changeText, differenceText, formatMilliseconds } from '@entresol/cli/report';
import type { ReplayDocument } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';
import { none, percent } from './replay-figures.ts';

/** The same with a tier of host memory behind the cache, for every policy alike. */
export function hostTier({ rows }: ReplayDocument): string[] {
  const tiered = rows.filter(({ hostTier: ratio }) => ratio > 0);
  const [first] = tiered;
  if (first === undefined) return [];
  return [
    '### With a host tier',
    '',
    `Capacity ${first.capacity.toFixed(2)} and a host tier of ${first.hostTier} × that behind it, ${first.seeds} interleavings. What the cache gives up is there and is loaded in 13 % of the time that computing it takes; both tiers give up by the policy's own order (LRU behind \`s3-fifo\`). Net hit: not computed; from host: the part of it that was brought up.`,
    '',
    ...markdownTable(
      ['workload', 'policy', 'net hit', 'from host', 'vs `lru`', 'mean TTFT ms', 'TTFT vs `lru`'],
      tiered.map(
        ({ workload, policy, netHitRate, hostHitRate, pairedVsLru, ttftMs, pairedTtft }) => [
          workload,
          `\`${policy}\``,
          percent(netHitRate.mean),
          hostHitRate === null ? none : percent(hostHitRate.mean),
          policy === 'lru' ? none : differenceText(pairedVsLru),
          ttftMs === null ? none : formatMilliseconds(ttftMs.mean),
          changeText(pairedTtft.vsLru, 'lower'),
        ],
      ),
    ),
  ];
}
