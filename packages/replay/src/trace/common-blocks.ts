import type { BlockRuns } from './trace-line.ts';

/** @returns how many leading blocks two chains have in common */
export function commonBlocks(one: BlockRuns, other: BlockRuns): number {
  let common = 0;
  let [i, j] = [0, 0];
  let [inOne, inOther] = [0, 0];
  for (;;) {
    const a = one[i];
    const b = other[j];
    if (a === undefined || b === undefined || a[0] + inOne !== b[0] + inOther) return common;
    const run = Math.min(a[1] - inOne, b[1] - inOther);
    common += run;
    inOne += run;
    inOther += run;
    if (inOne === a[1]) [i, inOne] = [i + 1, 0];
    if (inOther === b[1]) [j, inOther] = [j + 1, 0];
  }
}
