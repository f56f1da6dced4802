import { mean, quantileSorted } from 'simple-statistics';

/** Time to first token over all calls, from issue to the end of the iteration that gives it. Milliseconds. */
export interface TtftSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** By position in the order; only where it was asked for. */
  readonly byCall?: Float64Array;
}

/** All zero when there is no call. */
export function summarise(ttftMs: Float64Array, byCall: boolean): TtftSummary {
  const sorted = Array.from(ttftMs).toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted.length === 0 ? 0 : quantileSorted(sorted, share);
  return {
    mean: sorted.length === 0 ? 0 : mean(sorted),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    ...(byCall ? { byCall: ttftMs } : {}),
  };
}
