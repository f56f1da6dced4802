/** Merges two ordered lists into one ordered list. */
export function mergeSorted(left: readonly number[], right: readonly number[]): number[] {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const a = left[i] ?? 0;
    const b = right[j] ?? 0;
    if (a <= b) {
      result.push(a);
      i += 1;
    } else {
      result.push(b);
      j += 1;
    }
  }
  return [...result, ...left.slice(i)];
}
