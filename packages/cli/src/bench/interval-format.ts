import { formatPoints, formatRelative } from '../report/number-format.ts';
import type { ComparedFigure } from './bench-document.ts';
import type { PairedInterval } from './paired-interval.ts';

/** What an interval shows: `unshown` where it holds 0, or where there is none. */
export type Finding = 'better' | 'worse' | 'unshown';

/** Figures in the order of every table, and which sign is a gain. */
export const shownFigures: readonly {
  readonly figure: ComparedFigure;
  readonly label: string;
  readonly gain: 1 | -1;
}[] = [
  { figure: 'netHitPoints', label: 'net hit rate', gain: 1 },
  { figure: 'ttftMeanPercent', label: 'mean TTFT', gain: -1 },
  { figure: 'ttftP50Percent', label: 'p50 TTFT', gain: -1 },
  { figure: 'ttftP95Percent', label: 'p95 TTFT', gain: -1 },
  { figure: 'outputPercent', label: 'output tok/s', gain: 1 },
];

/** `+13 pts (+9 to +17)`, `−29 % (−36 to −22)`; one pair has no interval. */
export function formatInterval(figure: ComparedFigure, interval: PairedInterval): string {
  const format = figure === 'netHitPoints' ? formatPoints : formatRelative;
  const { mean, low, high } = interval;
  const centre = format(Math.round(mean));
  if (low === null || high === null) return `${centre} (one pair)`;
  return `${centre} (${bare(format(Math.round(low)))} to ${bare(format(Math.round(high)))})`;
}

export function findingOf({ low, high }: PairedInterval, gain: 1 | -1): Finding {
  if (low === null || high === null || (low <= 0 && high >= 0)) return 'unshown';
  return Math.sign(low) === gain ? 'better' : 'worse';
}

/** The unit stands once, behind the mean. */
function bare(text: string): string {
  return text.replace(/ (?:pts|%)$/u, '');
}
