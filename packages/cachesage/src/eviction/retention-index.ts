import { gridSize, timeGrid } from '../survival/time-grid.ts';

/**
 * Gittins-type index of holding a prefix: the best ratio, over all times to give up, of expected reuse to expected time
 * occupied, max_t P(t) / ∫_0^t (1 - H). It needs neither a horizon nor a discount (Gittins 1979, doi:10.1111/j.2517-6161.1979.tb01068.x,
 * applied to one prefix as an arm that pays when it is used).
 * @param reuse - P(t): expected share reused by time t, on the time grid
 * @param used - H(t): probability that its agent was called by time t, on the time grid
 * @returns reuses per mean step occupied, at least 0
 */
export function retentionIndex(reuse: Float64Array, used: Float64Array): number {
  let occupied = 0;
  let best = 0;
  let beforeTime = 0;
  let before = 0;
  for (let i = 0; i < gridSize; i++) {
    const time = timeGrid[i] ?? 0;
    const now = used[i] ?? 0;
    occupied += (time - beforeTime) * (1 - (before + now) / 2);
    if (occupied > 0) best = Math.max(best, (reuse[i] ?? 0) / occupied);
    beforeTime = time;
    before = now;
  }
  return best;
}
