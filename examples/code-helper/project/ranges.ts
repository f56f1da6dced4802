export interface Range {
  readonly from: number;
  /** The first moment that no longer belongs to it. */
  readonly to: number;
}

/** Whether two ranges share a moment; ranges that only touch do not. */
export function overlaps(a: Range, b: Range): boolean {
  return a.from <= b.to && b.from <= a.to;
}

/** Joins ranges that overlap or touch; the result is in order. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last && range.from <= last.to)
      result[result.length - 1] = { from: last.from, to: range.to };
    else result.push(range);
  }
  return result;
}
