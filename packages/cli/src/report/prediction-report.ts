import type { Calibration } from '@entresol/cachesage';
import type { PredictionReport } from './report-document.ts';

/** A policy's calibration as it is printed: a share of nothing is null, since it is too early to say. */
export function predictionReport({ top1, brier, resolved }: Calibration): PredictionReport {
  return resolved === 0 ? { top1: null, brier: null, resolved } : { top1, brier, resolved };
}
