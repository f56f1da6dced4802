const longestMs = 30_000;

/** Pause before an attempt, which counts from 1: doubles each time from `firstMs`, up to 30 s. */
export function retryDelayMs(attempt: number, firstMs: number): number {
  return Math.min(firstMs, longestMs) * 2 ** (attempt - 1);
}

/** Whether one more attempt is allowed. */
export function mayRetry(attempt: number, most: number): boolean {
  return attempt < most;
}
