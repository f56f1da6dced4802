import { mean } from 'simple-statistics';
import type { ArmReport } from '../report/report-document.ts';

/** Every figure as its mean over the repeats; null where a repeat lacks it. Throws a RangeError without a repeat. */
export function meanReport(repeats: readonly ArmReport[]): ArmReport {
  const [first] = repeats;
  if (first === undefined) throw new RangeError('There is no repeat to average.');
  const average = (figure: (arm: ArmReport) => number): number => mean(repeats.map(figure));
  const known = (figure: (arm: ArmReport) => number | null): number | null =>
    meanOfKnown(repeats.map(figure));
  const device = known((arm) => arm.cachedByTier?.device ?? null);
  const disk = known((arm) => arm.cachedByTier?.disk ?? null);
  return {
    description: first.description,
    promptTokens: average((arm) => arm.promptTokens),
    cachedTokens: known((arm) => arm.cachedTokens),
    hitRate: known((arm) => arm.hitRate),
    netHitRate: known((arm) => arm.netHitRate),
    computedPrefillTokens: known((arm) => arm.computedPrefillTokens),
    backgroundTokens: known((arm) => arm.backgroundTokens),
    cachedByTier: device === null || disk === null ? null : { device, disk },
    ttftMs: {
      mean: average((arm) => arm.ttftMs.mean),
      p50: average((arm) => arm.ttftMs.p50),
      p95: average((arm) => arm.ttftMs.p95),
      queueMean: known((arm) => arm.ttftMs.queueMean),
      prefillMean: known((arm) => arm.ttftMs.prefillMean),
    },
    wallSeconds: average((arm) => arm.wallSeconds),
    outputTokensPerSecond: average((arm) => arm.outputTokensPerSecond),
    prefetch: {
      issued: average((arm) => arm.prefetch.issued),
      used: average((arm) => arm.prefetch.used),
      wastedTokens: average((arm) => arm.prefetch.wastedTokens),
    },
    evictions: known((arm) => arm.evictions),
  };
}

/** A mean over some of the repeats would be compared with one over all. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? mean(known) : null;
}
