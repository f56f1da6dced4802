const longest = 40;
/** Where each bin of waits ends, in mean steps: the first at 0.1, then two per doubling. */
const ends: readonly number[] = Array.from({ length: longest }, (_, bin) => 0.1 * 2 ** (bin / 2));

/**
 * Bin of a wait in mean steps: time moves for survival curves when it changes.
 * @param guess - a bin near it, such as that of a shorter wait; which one does not change the answer
 */
export function waitBin(units: number, guess = 0): number {
  let bin = guess;
  while (bin > 0 && units < (ends[bin - 1] ?? 0)) bin--;
  while (bin < longest && units >= (ends[bin] ?? Infinity)) bin++;
  return bin;
}

/** The wait that stands for a bin, in mean steps. */
export function waitOf(bin: number): number {
  return bin === 0 ? 0 : 0.1 * 2 ** ((bin - 0.5) / 2);
}
