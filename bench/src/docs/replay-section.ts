import {
  differenceText,
  formatMilliseconds,
  formatOneDecimal,
  rowName,
} from '@entresol/cli/report';
import type { ReplayDocument, ReplayRow, ReplayWorkload } from '@entresol/cli/report';
import { machineText } from './machine-text.ts';
import { markdownTable } from './markdown-table.ts';
import { none, percent, share, summaryCapacity } from './replay-figures.ts';
import { hostTier } from './replay-tier.ts';
import { times } from './replay-times.ts';
import { ablation, ordering, prefetching, touching } from './replay-variants.ts';

const named = (workload: ReplayWorkload): string =>
  workload.isDevelopmentSet ? `${workload.name} (development set)` : workload.name;

/** The replay benchmark as the page shows it; every figure comes from the document. */
export function replaySection(all: ReplayDocument): string[] {
  const document = { ...all, rows: all.rows.filter((row) => row.hostTier === 0) };
  const { command, date, machine, rows } = document;
  const sizes = capacitiesOf(rows).map((size) => {
    const seeds = Math.max(
      ...rows.filter(({ capacity }) => capacity === size).map((row) => row.seeds),
    );
    return `${size.toFixed(2)} (${seeds} interleavings)`;
  });
  return [
    '## Recorded traces, replayed',
    '',
    `\`${command}\` on ${date}: ${machineText(machine)}. [JSON](benchmarks/replay.json).`,
    `Hit rates of a model of a paged prefix cache (blocks of ${document.blockTokens} tokens, nothing prefetched unless said), ${rows[0]?.concurrency ?? 0} sessions open at once; times of a model of an 8 B engine ([how to read this](replay/README.md)). Capacities: ${sizes.join(', ')} of the peak live working set.`,
    '',
    ...summary(document),
    '',
    ...times(document),
    '',
    ...losses(document),
    '',
    ...document.workloads.flatMap((workload) => workloadPart(workload, document)),
    ...[
      touching(document),
      ablation(document),
      hostTier(all),
      prefetching(document),
      ordering(document),
    ].flatMap((part) => (part.length === 0 ? [] : [...part, ''])),
    ...constants(document),
  ];
}

/** What CacheSage is worth on each workload at one capacity. */
function summary({ workloads, rows }: ReplayDocument): string[] {
  const cells = workloads.flatMap((workload) => {
    const at = rows.filter(
      (row) => row.workload === workload.name && row.capacity === summaryCapacity,
    );
    const hit = (policy: string): string => {
      const row = at.find((one) => rowName(one) === policy);
      return row === undefined ? none : percent(row.netHitRate.mean);
    };
    const own = at.find((row) => rowName(row) === 'cachesage');
    if (own === undefined) return [];
    const { pairedVsBest, pairedVsLru, headroomClosed, capacityTokens } = own;
    const rival = pairedVsBest?.rival ?? none;
    return [
      [
        named(workload),
        capacityTokens.toLocaleString('en-US'),
        hit('lru'),
        `${rival}, ${hit(rival)}`,
        hit('cachesage'),
        differenceText(pairedVsLru),
        differenceText(pairedVsBest),
        share(headroomClosed),
        hit('cachesage-hindsight'),
        hit('belady-leaf'),
        hit('infinite'),
      ],
    ];
  });
  return [
    `Net hit rates at capacity ${summaryCapacity.toFixed(2)}; differences in points with 95 % intervals over interleavings of the same sessions. Headroom closed: (CacheSage − LRU) / (best offline order − LRU).`,
    '',
    ...markdownTable(
      [
        'workload',
        'tokens',
        '`lru`',
        'best online rival',
        '`cachesage`',
        'vs `lru`',
        'vs best rival',
        'headroom closed',
        '`cachesage-hindsight`',
        '`belady-leaf`',
        '`infinite`',
      ],
      cells,
    ),
  ];
}

/** Wherever a rival's mean is higher, whether the interval shows it or not. */
function losses({ rows }: ReplayDocument): string[] {
  const lost = rows.filter(
    (row) => rowName(row) === 'cachesage' && (row.pairedVsBest?.mean ?? 0) < 0,
  );
  const heading = 'Losses: where the best online rival hit more. `!` = the interval excludes 0.';
  if (lost.length === 0) return [`${heading} None.`];
  return [
    heading,
    '',
    ...markdownTable(
      ['workload', 'capacity', 'rival', '`cachesage` vs rival, points'],
      lost.map(({ workload, capacity, pairedVsBest }) => [
        workload,
        capacity.toFixed(2),
        pairedVsBest?.rival ?? none,
        differenceText(pairedVsBest),
      ]),
    ),
  ];
}

function workloadPart(workload: ReplayWorkload, { rows }: ReplayDocument): string[] {
  const own = rows.filter(
    ({ workload: of, kind }) =>
      of === workload.name && !['ordering', 'timed', 'prefetch', 'ablation'].includes(kind),
  );
  const sizes = capacitiesOf(own);
  const policies = [...Map.groupBy(own, rowName)];
  const notes = [
    `${workload.sessions} sessions, ${workload.calls} calls, ${workload.agents} agents; ${workload.source}.`,
    ...(workload.estimated.length === 0 ? [] : [`Estimated: ${workload.estimated.join('; ')}.`]),
    ...(workload.isDevelopmentSet ? ['Development set: constants were chosen on it.'] : []),
    ...(workload.declaresGraph
      ? []
      : ['No declared graph: `kvflow` takes every agent as one step away.']),
    ...sizes.flatMap((size) => {
      const longer = workload.longerCalls[String(size)] ?? 0;
      return longer === 0
        ? []
        : [`At ${size.toFixed(2)}, ${longer} calls are longer than the cache and keep their head.`];
    }),
  ];
  return [
    `### ${named(workload)}`,
    '',
    notes.join(' '),
    '',
    `![Hit rate over capacity: ${workload.name}](benchmarks/replay-${workload.name}.svg)`,
    '',
    ...markdownTable(
      [
        'policy',
        ...sizes.map((size) => `net hit (sd) at ${size.toFixed(2)}`),
        ...sizes.map((size) => `vs \`lru\` at ${size.toFixed(2)}`),
        `TTFT mean, p95 ms at ${summaryCapacity.toFixed(2)}`,
        'tok/s',
      ],
      policies.map(([policy, ofPolicy]) => policyCells(policy, ofPolicy, sizes)),
    ),
    '',
  ];
}

function policyCells(
  policy: string,
  rows: readonly ReplayRow[],
  sizes: readonly number[],
): readonly string[] {
  const at = (size: number): ReplayRow | undefined =>
    rows.find(({ capacity }) => capacity === size);
  const timed = at(summaryCapacity);
  const ttft = timed?.ttftMs ?? null;
  const throughput = timed?.throughput ?? null;
  return [
    `\`${policy}\``,
    ...sizes.map((size) => {
      const hit = at(size)?.netHitRate;
      return hit === undefined ? none : `${percent(hit.mean)} (${(hit.sd * 100).toFixed(1)})`;
    }),
    ...sizes.map((size) =>
      policy === 'lru' ? none : differenceText(at(size)?.pairedVsLru ?? null),
    ),
    ttft === null ? none : `${formatMilliseconds(ttft.mean)}, ${formatMilliseconds(ttft.p95)}`,
    throughput === null ? none : formatOneDecimal(throughput),
  ];
}

function constants({ policies, rows }: ReplayDocument): string[] {
  const state = Math.max(0, ...rows.map(({ stateBytes }) => stateBytes ?? 0));
  return [
    `### What each row is`,
    '',
    ...Object.entries(policies).map(([name, source]) => `- \`${name}\`: ${source}`),
    '',
    ...(state === 0
      ? []
      : [`Most state that CacheSage's model held: ${state.toLocaleString('en-US')} bytes.`]),
  ];
}

function capacitiesOf(rows: readonly ReplayRow[]): readonly number[] {
  return [...new Set(rows.map(({ capacity }) => capacity))].toSorted((a, b) => a - b);
}
