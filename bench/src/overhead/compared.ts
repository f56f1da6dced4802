import { figureOf } from './figures.ts';
import type { Figure } from './figures.ts';

export type Run = () => Promise<unknown>;

/** Times of one run over all rounds. */
interface Compared extends Figure {
  /** Median of each round, in µs. */
  readonly roundsUs: readonly number[];
}

const rounds = 12;
const warmUpRounds = 4;
const runsPerRound = 20;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export const adds = (us: number): string => `adds ${us.toFixed(1)} µs`;

/** Difference of medians, in µs. */
export function over(one: Figure | undefined, other: Figure | undefined): number {
  return (one?.medianUs ?? Number.NaN) - (other?.medianUs ?? Number.NaN);
}

/** Where the middle half of the rounds has the difference, in µs: how far the machine lets it be known. */
export function spreadOf(one: Compared | undefined, other: Compared | undefined): string {
  const others = other?.roundsUs ?? [];
  const sorted = (one?.roundsUs ?? [])
    .map((us, at) => us - (others[at] ?? Number.NaN))
    .toSorted((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  const [from, to] = [sorted[quarter], sorted[sorted.length - 1 - quarter]];
  return `middle half of the rounds ${from?.toFixed(1)} to ${to?.toFixed(1)}`;
}

/** All in turns, in one process, so that they see the same machine; each round begins with another one. */
export async function compare(runs: readonly Run[]): Promise<readonly Compared[]> {
  const figures = new Map<Run, Figure[]>(runs.map((run) => [run, []]));
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const first = round % runs.length;
    for (const run of [...runs.slice(first), ...runs.slice(0, first)]) {
      const figure = await figureOf(run, { samples: runsPerRound });
      if (round >= warmUpRounds) figures.get(run)?.push(figure);
    }
  }
  return [...figures.values()].map((each) => ({
    meanUs: median(each.map(({ meanUs }) => meanUs)),
    medianUs: median(each.map(({ medianUs }) => medianUs)),
    p99Us: median(each.map(({ p99Us }) => p99Us)),
    samples: rounds * runsPerRound,
    roundsUs: each.map(({ medianUs }) => medianUs),
  }));
}

/** Least squares. */
export function lineThrough(points: readonly (readonly [number, number])[]): {
  readonly slope: number;
  readonly intercept: number;
} {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { slope, intercept: meanY - slope * meanX };
}
