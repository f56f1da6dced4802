/** End of the bin of short waits, in mean steps: within a step it hardly matters how much of it has passed. */
const shortEnd = 0.7;
/** Bins of longer waits, two per doubling. */
const longBins = 36;
const ends: readonly number[] = Array.from({ length: longBins }, (_, n) => shortEnd * 2 ** (n / 2));

/**
 * Bin of a wait in mean steps: time moves for survival curves when it changes.
 * @param guess - a bin near it, such as that of a shorter wait; which one does not change the answer
 */
export function waitBin(units: number, guess = 0): number {
  let bin = guess;
  while (bin > 0 && units < (ends[bin - 1] ?? 0)) bin--;
  while (bin < ends.length && units >= (ends[bin] ?? Infinity)) bin++;
  return bin;
}

/** The wait that stands for a bin, in mean steps: the middle of it on a logarithmic scale. */
export function waitOf(bin: number): number {
  const from = ends[bin - 1];
  return from === undefined ? 0 : Math.sqrt(from * (ends[bin] ?? 2 * from));
}
