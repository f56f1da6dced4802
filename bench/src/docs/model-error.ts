import type { BenchWorkload } from '@entresol/cli/report';
import { markdownTable } from './markdown-table.ts';

const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;

/** What the replay's model says of the same calls, and by how much it is wrong. */
export function modelTable({ trace }: BenchWorkload): string[] {
  const arms = Object.entries(trace?.model ?? {});
  if (arms.length === 0) return [];
  return [
    "The replay's model of the same calls in the same order: one paged pool of the tokens that slots and second tier could hold without copies. This engine keeps whole prompts, and copies of their heads, so the model is an upper estimate.",
    '',
    ...markdownTable(
      ['arm', 'policy of the model', 'hit rate of the model', 'of the engine', 'error, points'],
      arms.map(([arm, { policy, hitRate, measuredHitRate, errorPoints }]) => [
        `\`${arm}\``,
        `\`${policy}\``,
        percent(hitRate),
        percent(measuredHitRate),
        `${errorPoints < 0 ? '−' : '+'}${Math.abs(errorPoints).toFixed(1)}`,
      ]),
    ),
    '',
  ];
}
