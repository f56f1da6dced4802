import type { ArmReport } from './report-document.ts';

/** Figures of one arm against those of another; a figure that either lacks is undefined. Positive = larger. */
export interface ArmComparison {
  /** Difference of net hit rates in points. */
  readonly netHitPoints?: number;
  /** Relative differences in percent. */
  readonly ttftMeanPercent?: number;
  readonly ttftP50Percent?: number;
  readonly ttftP95Percent?: number;
  readonly queuePercent?: number;
  readonly prefillPercent?: number;
  readonly outputPercent?: number;
  readonly outcome: Outcome;
}

/** `mixed`: better by one of the two measures and worse by the other. */
export type Outcome = 'better' | 'level' | 'worse' | 'mixed';

/**
 * One run has no spread to judge by, so small differences are called level: up to a point of net hit rate and up to
 * five percent of mean TTFT.
 */
export const levelWithin = { netHitPoints: 1, ttftPercent: 5 } as const;

/** Compares `arm` with `baseline` and judges by net hit rate and mean TTFT. */
export function compareArms(arm: ArmReport, baseline: ArmReport): ArmComparison {
  const netHitPoints =
    arm.netHitRate === null || baseline.netHitRate === null
      ? undefined
      : (arm.netHitRate - baseline.netHitRate) * 100;
  const ttftMeanPercent = relative(arm.ttftMs.mean, baseline.ttftMs.mean);
  const figures = {
    netHitPoints,
    ttftMeanPercent,
    ttftP50Percent: relative(arm.ttftMs.p50, baseline.ttftMs.p50),
    ttftP95Percent: relative(arm.ttftMs.p95, baseline.ttftMs.p95),
    queuePercent: relative(arm.ttftMs.queueMean, baseline.ttftMs.queueMean),
    prefillPercent: relative(arm.ttftMs.prefillMean, baseline.ttftMs.prefillMean),
    outputPercent: relative(arm.outputTokensPerSecond, baseline.outputTokensPerSecond),
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(known) as Partial<Record<keyof typeof figures, number>>),
    outcome: judge(netHitPoints, ttftMeanPercent),
  };
}

function judge(netHitPoints = 0, ttftMeanPercent = 0): Outcome {
  const gains = [
    step(netHitPoints, levelWithin.netHitPoints),
    step(-ttftMeanPercent, levelWithin.ttftPercent),
  ];
  const better = gains.includes(1);
  const worse = gains.includes(-1);
  if (better) return worse ? 'mixed' : 'better';
  return worse ? 'worse' : 'level';
}

function step(gain: number, within: number): -1 | 0 | 1 {
  if (Math.abs(gain) <= within) return 0;
  return gain > 0 ? 1 : -1;
}

function relative(value: number | null, baseline: number | null): number | undefined {
  if (value === null || baseline === null || baseline === 0) return undefined;
  return (value / baseline - 1) * 100;
}
