import {
  changeText,
  differenceText,
  formatMilliseconds,
  formatOneDecimal,
  isOnFrontier,
} from '@entresol/cli/report';
import type { ReplayDocument } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';
import { none, percent, share, summaryCapacity } from './replay-figures.ts';

/** What is left of the gain where the engine cannot be told anything. */
export function touching({ workloads, rows }: ReplayDocument): string[] {
  const touched = rows.filter(
    ({ mode, capacity }) => mode === 'touch' && capacity === summaryCapacity,
  );
  if (touched.length === 0) return [];
  const cells = workloads.flatMap(({ name }) => {
    const row = touched.find(({ workload }) => workload === name);
    if (row === undefined) return [];
    const left = row.pairedVsLru?.mean ?? 0;
    // Under the same seeds.
    const gain = left - (row.pairedVsCachesage?.mean ?? 0);
    return [
      [
        name,
        (gain * 100).toFixed(1),
        differenceText(row.pairedVsLru),
        differenceText(row.pairedVsCachesage),
        gain > 0 ? share(left / gain) : none,
        percent(row.hitRate.mean - row.netHitRate.mean),
        changeText(row.pairedTtft.vsLru, 'lower'),
        changeText(row.pairedThroughput.vsLru, 'higher'),
      ],
    ];
  });
  return [
    '### Over an engine that cannot be told anything',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${touched[0]?.seeds ?? 0} interleavings, net hit rate vs \`lru\` in points. \`touch\`: the engine evicts by its own LRU; what CacheSage wants kept is sent again before room is needed, and each time one block is computed, in a place of the batch and ahead of the call that needs the room.`,
    '',
    ...markdownTable(
      [
        'workload',
        'ranked',
        'touch',
        'touch vs ranked',
        'share of the gain left',
        'computed by touches',
        'mean TTFT vs `lru`',
        'tok/s vs `lru`',
      ],
      cells,
    ),
  ];
}

/** What each part of the estimator is worth: a positive figure says that it cost something. */
export function ablation({ workloads, rows }: ReplayDocument): string[] {
  const without = rows.filter(
    ({ kind, capacity }) => kind === 'ablation' && capacity === summaryCapacity,
  );
  if (without.length === 0) return [];
  const policies = [...Map.groupBy(without, ({ policy }) => policy)];
  return [
    '### Without one part of the estimator',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${without[0]?.seeds ?? 0} interleavings, points of net hit rate vs \`cachesage\`. Below 0: the part gains that much; \`!\`: shown.`,
    '',
    ...markdownTable(
      ['row', ...workloads.map(({ name }) => name)],
      policies.map(([policy, own]) => [
        `\`${policy}\``,
        ...workloads.map(({ name }) =>
          differenceText(own.find(({ workload }) => workload === name)?.pairedVsCachesage ?? null),
        ),
      ]),
    ),
  ];
}

/** The frontier of mean TTFT against waiting. */
export function ordering({ rows }: ReplayDocument): string[] {
  const ordered = rows.filter(
    ({ kind, capacity }) => kind === 'ordering' && capacity === summaryCapacity,
  );
  if (ordered.length === 0) return [];
  return [
    '### Ordering the waiting calls',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${ordered[0]?.seeds ?? 0} interleavings, cache and engine in one. Sessions make their next call at once, and half of them find a place in the engine; the others wait at the client, and the wait is part of the TTFT. \`+order-Nc\`: the longest cached prefix first, nobody lets more than N × concurrency calls go before. \`*\`: on the frontier, no other row of the workload has both a lower mean TTFT and a lower 99th percentile of the wait. Not comparable with the tables above, whose sessions pause between calls.`,
    '',
    ...markdownTable(
      [
        'workload',
        'policy',
        'hit',
        'mean TTFT ms',
        'vs first come',
        'tok/s',
        'vs first come',
        'wait p50 ms',
        'wait p99 ms',
        'p99 calls',
      ],
      ordered.map((row) => {
        const { workload, policy, hitRate, ttftMs, throughput, waits, waitMs } = row;
        const beside = ordered.filter((other) => other.workload === workload);
        return [
          workload,
          `\`${policy}\`${isOnFrontier(row, beside) ? ' *' : ''}`,
          percent(hitRate.mean),
          ttftMs === null ? none : formatMilliseconds(ttftMs.mean),
          changeText(row.pairedVsWithout?.ttft ?? null, 'lower'),
          throughput === null ? none : formatOneDecimal(throughput),
          changeText(row.pairedVsWithout?.throughput ?? null, 'higher'),
          waitMs === null ? none : formatMilliseconds(waitMs.p50),
          waitMs === null ? none : formatMilliseconds(waitMs.p99),
          waits === null ? none : waits.p99.toFixed(0),
        ];
      }),
    ),
  ];
}

/** What computing prompts ahead brings, after what it costs. */
export function prefetching({ workloads, rows }: ReplayDocument): string[] {
  const ahead = rows.filter(
    ({ capacity, kind }) => capacity === summaryCapacity && kind === 'prefetch',
  );
  if (ahead.length === 0) return [];
  const cells = ahead.map((row) => {
    const calls = workloads.find(({ name }) => name === row.workload)?.calls ?? 0;
    const { issued, begun, used, wastedTokens } = row.prefetch;
    const versus = row.pairedVsWithout;
    return [
      row.workload,
      `\`${row.policy}\``,
      percent(row.hitRate.mean),
      percent(row.netHitRate.mean),
      differenceText(versus?.netHitRate ?? null),
      changeText(versus?.ttft ?? null, 'lower'),
      changeText(versus?.throughput ?? null, 'higher'),
      issued.toLocaleString('en-US'),
      begun.toLocaleString('en-US'),
      calls === 0 ? none : percent(used / calls),
      begun === 0 ? none : percent(used / begun),
      wastedTokens.toLocaleString('en-US'),
    ];
  });
  return [
    '### Prompts computed ahead',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${ahead[0]?.seeds ?? 0} interleavings, cache and engine in one: the engine's clock orders the calls, so hit rates are not those of the tables above. After each call, the known prompt of the agent that is expected next in the session with probability 0.7 or more is computed in iterations in which no prompt waits, and is found only by calls that come after that; nothing that is worth more is given up for it. Differences to the same policy on the same clock without, under the same seeds. Coverage: used over calls; precision: used over begun.`,
    '',
    ...markdownTable(
      [
        'workload',
        'policy',
        'hit',
        'net hit',
        'vs without, points',
        'mean TTFT vs without',
        'tok/s vs without',
        'issued',
        'begun',
        'coverage',
        'precision',
        'wasted tokens',
      ],
      cells,
    ),
  ];
}
