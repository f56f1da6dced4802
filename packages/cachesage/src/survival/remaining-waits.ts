/** Bins of a histogram of gaps. */
export const bins = 24;
export const lowestExponent = -7;
/** Bin b holds gaps of [2^(b-7), 2^(b-6)) mean steps, the first one everything below. */
export const edges: readonly number[] = Array.from({ length: bins + 1 }, (_, b) =>
  b === 0 ? 0 : 2 ** (lowestExponent + b),
);
/** Pseudo-gaps by which one agent's histogram is drawn to the pooled one of the same kind. */
const shrinkage = 8;
/** Points by which a bin's gaps are laid out over it. */
const pointsPerBin = 4;

/** Gaps of one kind, of one agent or of all. */
export interface GapClass {
  readonly bins: Float64Array;
  total: number;
  /** A copy that is not older than the last gap. */
  copied?: GapClass | undefined;
}

const room = new Float64Array(2 * pointsPerBin * bins);

/**
 * Remaining waits as weighted points, time and mass in turn, and what the masses sum to. The points stand in one room
 * until the next are laid out.
 */
export function layOutWaits(
  pooled: GapClass | undefined,
  own: GapClass | undefined,
  waited: number,
): { readonly points: Float64Array; readonly norm: number; readonly longer: number } {
  let pooledSum = 0;
  for (let b = 0; b < bins; b++) pooledSum += pooled?.bins[b] ?? 0;
  let written = 0;
  let longer = 0;
  for (let b = 0; b < bins; b++) {
    const low = edges[b] ?? 0;
    const high = edges[b + 1] ?? 0;
    const from = Math.max(low, waited);
    if (high <= from) continue;
    const share = (shrinkage * (pooled?.bins[b] ?? 0)) / pooledSum;
    const mass = ((own?.bins[b] ?? 0) + share) / ((own?.total ?? 0) + shrinkage);
    const left = (mass * (high - from)) / (high - low);
    longer += left;
    for (let q = 0; q < pointsPerBin; q++) {
      room[written++] = from - waited + ((high - from) * (q + 0.5)) / pointsPerBin;
      room[written++] = left / pointsPerBin;
    }
  }
  if (longer < 1e-9) {
    // Longer than the longest bin: as much again, evenly up to half the wait.
    written = 0;
    for (let q = 0; q < 8; q++) {
      room[written++] = (waited * (q + 0.5)) / 16;
      room[written++] = 1 / 8;
    }
  }
  return { points: room.subarray(0, written), norm: longer < 1e-9 ? 1 : longer, longer };
}

/** @param points - time and mass in turn */
export function medianOf(points: Float64Array, norm: number): number {
  let sum = 0;
  for (let at = 0; at < points.length; at += 2) {
    sum += points[at + 1] ?? 0;
    if (sum >= norm / 2) return points[at] ?? 0;
  }
  return points.at(-2) ?? 0;
}
