import { differenceText, formatMilliseconds, formatOneDecimal } from '@entresol/cli/report';
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
      ],
    ];
  });
  return [
    '### Over an engine that cannot be told anything',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${touched[0]?.seeds ?? 0} interleavings, net hit rate vs \`lru\` in points. \`touch\`: the engine evicts by its own LRU; what CacheSage wants kept is sent again before room is needed, and each time one block is computed.`,
    '',
    ...markdownTable(
      [
        'workload',
        'ranked',
        'touch',
        'touch vs ranked',
        'share of the gain left',
        'computed by touches',
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

/** Hit rate and TTFT against waiting. */
export function ordering({ rows }: ReplayDocument): string[] {
  const ordered = rows.filter(
    ({ kind, capacity }) => kind === 'ordering' && capacity === summaryCapacity,
  );
  if (ordered.length === 0) return [];
  return [
    '### Ordering the waiting calls',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${ordered[0]?.seeds ?? 0} interleavings. Every open session has a call waiting, so the queue is as long as it can be; \`+order-2c\` and \`-4c\`: the longest cached prefix first, nobody waits more than 2 or 4 × concurrency dispatches. Not comparable with the tables above, whose order is random.`,
    '',
    ...markdownTable(
      ['workload', 'policy', 'hit (sd)', 'mean TTFT ms', 'tok/s', 'wait p50', 'wait p99'],
      ordered.map(({ workload, policy, hitRate, ttftMs, throughput, waits }) => [
        workload,
        `\`${policy}\``,
        `${percent(hitRate.mean)} (${(hitRate.sd * 100).toFixed(1)})`,
        ttftMs === null ? none : formatMilliseconds(ttftMs.mean),
        throughput === null ? none : formatOneDecimal(throughput),
        waits === null ? none : waits.p50.toFixed(0),
        waits === null ? none : waits.p99.toFixed(0),
      ]),
    ),
  ];
}

/** What computing prompts ahead brings, after what it costs. */
export function prefetching({ workloads, rows }: ReplayDocument): string[] {
  const at = rows.filter(({ capacity }) => capacity === summaryCapacity);
  const ahead = at.filter(({ kind }) => kind === 'prefetch');
  if (ahead.length === 0) return [];
  const cells = ahead.flatMap((row) => {
    const base = row.policy.replace('+prefetch', '');
    const without = at.find(
      ({ workload, policy, mode, seeds }) =>
        workload === row.workload && policy === base && mode === 'ranked' && seeds === row.seeds,
    );
    const calls = workloads.find(({ name }) => name === row.workload)?.calls ?? 0;
    const { issued, used, wastedTokens } = row.prefetch;
    return [
      [
        row.workload,
        `\`${row.policy}\``,
        percent(row.hitRate.mean),
        percent(row.netHitRate.mean),
        change(row.ttftMs?.mean, without?.ttftMs?.mean),
        change(row.throughput, without?.throughput),
        issued.toLocaleString('en-US'),
        calls === 0 ? none : percent(used / calls),
        issued === 0 ? none : percent(used / issued),
        wastedTokens.toLocaleString('en-US'),
      ],
    ];
  });
  return [
    '### Prompts computed ahead',
    '',
    `Capacity ${summaryCapacity.toFixed(2)}, ${ahead[0]?.seeds ?? 0} interleavings. After each call, the known prompt of the agent that is expected next in the session with probability 0.7 or more, in iterations of the engine in which no prompt waits; nothing that is worth more is given up for it. Times against the same policy without, in the model of the engine's time. Coverage: used over calls; precision: used over issued.`,
    '',
    ...markdownTable(
      [
        'workload',
        'policy',
        'hit',
        'net hit',
        'mean TTFT',
        'tok/s',
        'issued',
        'coverage',
        'precision',
        'wasted tokens',
      ],
      cells,
    ),
  ];
}

function change(now: number | null | undefined, before: number | null | undefined): string {
  if (typeof now !== 'number' || typeof before !== 'number' || before === 0) return none;
  const percents = (now / before - 1) * 100;
  return `${percents < 0 ? '−' : '+'}${Math.abs(percents).toFixed(1)} %`;
}
