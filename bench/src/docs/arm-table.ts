import {
  formatMilliseconds,
  formatOneDecimal,
  formatRate,
  unknownFigure,
} from '@entresol/cli/report';
import type { ArmReport } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';

const order = [
  'unmodified',
  'fair',
  'cachesage',
  'cachesage-noprefetch',
  'bare',
  'oracle',
] as const;

type Arms = { readonly [name in (typeof order)[number]]?: ArmReport };

/** Figures of every arm that ran, in the order of all tables. */
export function armTable(arms: Arms): string[] {
  const rows = order.flatMap((name) => {
    const arm = arms[name];
    if (arm === undefined) return [];
    const { mean, p50, p95 } = arm.ttftMs;
    return [
      [
        `\`${name}\``,
        arm.netHitRate === null ? unknownFigure : formatRate(arm.netHitRate),
        ...[mean, p50, p95].map((ms) => `${formatMilliseconds(ms)} ms`),
        formatOneDecimal(arm.outputTokensPerSecond),
      ],
    ];
  });
  return markdownTable(['arm', 'net hit rate', 'mean TTFT', 'p50', 'p95', 'output tok/s'], rows);
}

/** What each arm is, in its own words. */
export function armDescriptions(arms: Arms): string[] {
  return order.flatMap((name) => {
    const arm = arms[name];
    return arm === undefined ? [] : [`- \`${name}\`: ${arm.description}`];
  });
}
