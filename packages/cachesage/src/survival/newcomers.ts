import { START } from '../markov/symbols.ts';
import type { GapModel } from './gap-histogram.ts';
import { gridSize, timeGrid } from './time-grid.ts';
import type { TimedPassage } from './timed-passage.ts';

const called = new Float64Array(gridSize);

/** What sessions that have not begun will call; kept until what they can lead to, or its time, is learned anew. */
export class Newcomers {
  readonly #gaps: GapModel;
  readonly #users = new Map<number, Float64Array>();
  #passage: TimedPassage | undefined;
  #stamp = -1;
  #answer: Float64Array | undefined;

  constructor(gaps: GapModel) {
    this.#gaps = gaps;
  }

  /**
   * New sessions to be expected to have called `agent` within timeGrid[i] when one arrives per mean step: each that
   * arrives at u has until t - u.
   * @param passage - what a session that starts now can lead to
   */
  users(agent: number, passage: TimedPassage): Float64Array {
    const tables = this.#gaps.tables(START, 'none');
    const answer = this.#gaps.answer();
    if (passage !== this.#passage || tables.stamp !== this.#stamp || answer !== this.#answer) {
      this.#users.clear();
      this.#passage = passage;
      this.#stamp = tables.stamp;
      this.#answer = answer;
    }
    let users = this.#users.get(agent);
    if (users === undefined) {
      passage.write(agent, tables.at(0).within, called);
      users = integral(called);
      this.#users.set(agent, users);
    }
    return users;
  }
}

function integral(curve: Float64Array): Float64Array {
  const sums = new Float64Array(gridSize);
  let sum = 0;
  let before = 0;
  let beforeTime = 0;
  for (let i = 0; i < gridSize; i++) {
    const time = timeGrid[i] ?? 0;
    const now = Math.min(1, curve[i] ?? 0);
    sum += ((time - beforeTime) * (before + now)) / 2;
    sums[i] = sum;
    before = now;
    beforeTime = time;
  }
  return sums;
}
