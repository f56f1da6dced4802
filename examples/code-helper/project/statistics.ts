/** The value in the middle; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number | undefined {
  const ordered = [...values].sort();
  const middle = Math.floor(ordered.length / 2);
  const upper = ordered[middle];
  const lower = ordered[middle - 1];
  if (ordered.length % 2 === 1 || upper === undefined || lower === undefined) return upper;
  return (lower + upper) / 2;
}

/** Arithmetic mean; 0 for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}
