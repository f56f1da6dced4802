/**
 * Times at which survival curves are kept, in mean steps of the workload. Denser where calls follow each other, and out
 * to a thousand steps because users take that long to answer.
 */
export const timeGrid: readonly number[] = [
  0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96, 192, 384, 768, 1536,
];
export const gridSize: number = timeGrid.length;

/** Value at `time` of a curve that is 0 at time 0: linear between grid points, constant behind the last. */
export function valueAt(curve: Float64Array, time: number): number {
  let before = 0;
  let beforeTime = 0;
  for (let i = 0; i < gridSize; i++) {
    const at = timeGrid[i] ?? 0;
    const value = curve[i] ?? 0;
    if (time <= at) return before + ((value - before) * (time - beforeTime)) / (at - beforeTime);
    before = value;
    beforeTime = at;
  }
  return before;
}
