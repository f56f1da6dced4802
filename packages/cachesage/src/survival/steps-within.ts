import { horizonSteps } from '../markov/horizon.ts';
import { gridSize, timeGrid } from './time-grid.ts';

/** Remaining waits are rounded to two a doubling, so that the Poisson terms are computed once for all tables. */
const waitsPerDoubling = 2;
const shortestWait = 2 ** -8;
const waitCells = 2 + waitsPerDoubling * 26;
/** Mass of a wait that does not count. */
const negligible = 1e-5;
const poisson: (Float64Array | undefined)[] = [];

/** P(the j-th step within timeGrid[i] | the first comes after `wait`): later steps are Poisson of rate one per mean step. */
function stepsAfter(cell: number): Float64Array {
  const known = poisson[cell];
  if (known !== undefined) return known;
  const wait = cell === 0 ? 0 : shortestWait * 2 ** ((cell - 1) / waitsPerDoubling);
  const steps = new Float64Array(gridSize * horizonSteps);
  timeGrid.forEach((time, i) => {
    if (wait > time) return;
    const rate = time - wait;
    let term = Math.exp(-rate);
    let below = 0;
    for (let j = 0; j < horizonSteps; j++) {
      steps[i * horizonSteps + j] = Math.max(0, 1 - below);
      below += term;
      term *= rate / (j + 1);
    }
  });
  poisson[cell] = steps;
  return steps;
}

/**
 * P(the j-th next step within timeGrid[i]), row-major [i][j - 1].
 * @param points - remaining waits in mean steps and their masses in turn; the masses sum to `norm`
 */
export function stepsWithin(points: Float64Array, norm: number): Float64Array {
  const masses = new Float64Array(waitCells);
  for (let point = 0; point < points.length; point += 2) {
    const wait = points[point] ?? 0;
    const mass = points[point + 1] ?? 0;
    const cell = 1 + Math.round(waitsPerDoubling * Math.log2(wait / shortestWait));
    const at = Math.max(0, Math.min(waitCells - 1, cell));
    masses[at] = (masses[at] ?? 0) + mass / norm;
  }
  const within = new Float64Array(gridSize * horizonSteps);
  for (let cell = 0; cell < waitCells; cell++) {
    const mass = masses[cell] ?? 0;
    if (mass < negligible) continue;
    const steps = stepsAfter(cell);
    // Before the wait is over there is no step.
    const wait = cell === 0 ? 0 : shortestWait * 2 ** ((cell - 1) / waitsPerDoubling);
    let first = 0;
    while (first < gridSize && wait > (timeGrid[first] ?? 0)) first++;
    for (let i = first * horizonSteps; i < within.length; i++)
      within[i] = (within[i] ?? 0) + mass * (steps[i] ?? 0);
  }
  return within;
}
