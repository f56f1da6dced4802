import { horizonSteps } from './horizon.ts';
import { PAUSE } from './symbols.ts';

/** Next-symbol distributions after one symbol, of one state of a model. */
export interface FirstOrderRows {
  orderOne(current: number): Float64Array;
}

/** First passages to one agent: entry [x × horizonSteps + k] is the probability that step k + 1 after symbol x is its first call. */
export interface FarColumn {
  /** Without a pause on the way. */
  readonly direct: Float64Array;
  /** With one; undefined where nothing pauses. */
  readonly paused: Float64Array | undefined;
}

/** Steps of one row beyond which it is flat: hundreds of agents, hardly any of them seen in this place. */
const mostSteps = 64;

/** Mass that leads nowhere. */
const negligible = 1e-9;

/** Probability from which the steps of a row count. Of a flat row only those above its mean: the rest leads anywhere. */
export function leastTold(row: Float64Array, least: number): number {
  let steps = 0;
  let sum = 0;
  for (let x = PAUSE; x < row.length; x++) {
    const p = row[x] ?? 0;
    if (p < least) continue;
    steps++;
    sum += p;
  }
  return steps > mostSteps ? (1.01 * sum) / steps : least;
}

/** Steps out of all symbols side by side: those of x are [first[x], first[x + 1]). */
interface Rows {
  readonly first: Int32Array;
  readonly to: Int32Array;
  readonly probability: Float64Array;
  readonly pauses: boolean;
}

/**
 * The order-1 chain behind what passage graphs tell apart. All graphs of one state of the model share it, so that a walk
 * ends where it leaves its graph. Rows and columns are made when first needed, columns backwards from the agent's call.
 */
export class FarPassage {
  readonly #source: FirstOrderRows;
  readonly #least: number;
  #rows: Rows | undefined;
  readonly #columns = new Map<number, FarColumn>();

  /**
   * @param source - must stay as it is
   * @param minProbability - steps less probable than this are left out
   */
  constructor(source: FirstOrderRows, minProbability: number) {
    this.#source = source;
    this.#least = Math.max(minProbability, Number.MIN_VALUE);
  }

  /** Symbols of the chain. */
  get size(): number {
    return this.#laidOut().first.length - 1;
  }

  column(agent: number): FarColumn {
    let column = this.#columns.get(agent);
    if (column === undefined) {
      column = passagesTo(agent, this.#laidOut());
      this.#columns.set(agent, column);
    }
    return column;
  }

  /**
   * Adds to arrivals from elsewhere, step by step, those that they lead to.
   * @param arrivals - by layer (without and with a pause on the way), symbol and step
   */
  spread(arrivals: Float64Array): void {
    const { first, to, probability } = this.#laidOut();
    const { size } = this;
    for (let k = 0; k < horizonSteps - 1; k++) {
      for (let cell = 0; cell < 2 * size; cell++) {
        const mass = arrivals[cell * horizonSteps + k] ?? 0;
        if (mass < negligible) continue;
        const paused = cell < size ? 0 : size;
        const end = first[cell - paused + 1] ?? 0;
        for (let s = first[cell - paused] ?? 0; s < end; s++) {
          const x = to[s] ?? 0;
          const at = ((x === PAUSE ? size : paused) + x) * horizonSteps + k + 1;
          arrivals[at] = (arrivals[at] ?? 0) + mass * (probability[s] ?? 0);
        }
      }
    }
  }

  #laidOut(): Rows {
    this.#rows ??= layOutRows(this.#source, this.#least);
    return this.#rows;
  }
}

function layOutRows(source: FirstOrderRows, least: number): Rows {
  const first: number[] = [0];
  const to: number[] = [];
  const probability: number[] = [];
  let pauses = false;
  const { length: size } = source.orderOne(PAUSE);
  // END is absorbing.
  first.push(0);
  for (let from = PAUSE; from < size; from++) {
    const row = source.orderOne(from);
    const lowest = leastTold(row, least);
    for (let x = PAUSE; x < size; x++) {
      const p = row[x] ?? 0;
      if (p < lowest) continue;
      to.push(x);
      probability.push(p);
      pauses ||= x === PAUSE;
    }
    first.push(to.length);
  }
  return {
    first: Int32Array.from(first),
    to: Int32Array.from(to),
    probability: Float64Array.from(probability),
    pauses,
  };
}

/** Passages in one step fewer, by symbol: without a pause from there on, and with one on the way there or after. */
let fewer = { straight: new Float64Array(0), late: new Float64Array(0) };

/** Step by step back from the call: the first passage in k + 1 steps is a step to elsewhere and the passage in k from there. */
function passagesTo(agent: number, { first, to, probability, pauses }: Rows): FarColumn {
  const size = first.length - 1;
  const direct = new Float64Array(size * horizonSteps);
  const paused = pauses ? new Float64Array(size * horizonSteps) : undefined;
  if (fewer.straight.length !== size) {
    fewer = { straight: new Float64Array(size), late: new Float64Array(size) };
  }
  const { straight, late } = fewer;
  straight.fill(0);
  late.fill(0);
  straight[agent] = 1;
  for (let k = 0; k < horizonSteps; k++) {
    for (let from = PAUSE; from < size; from++) {
      const end = first[from + 1] ?? 0;
      let through = 0;
      let after = 0;
      for (let s = first[from] ?? 0; s < end; s++) {
        const x = to[s] ?? 0;
        const p = probability[s] ?? 0;
        through += p * (straight[x] ?? 0);
        after += p * (late[x] ?? 0);
      }
      direct[from * horizonSteps + k] = through;
      if (paused !== undefined) paused[from * horizonSteps + k] = after;
    }
    for (let x = PAUSE; x < size; x++) {
      straight[x] = direct[x * horizonSteps + k] ?? 0;
      late[x] = paused?.[x * horizonSteps + k] ?? 0;
    }
    // What goes on from the agent is no first passage, and behind a pause everything is late.
    straight[agent] = 0;
    late[agent] = 0;
    late[PAUSE] = (late[PAUSE] ?? 0) + (straight[PAUSE] ?? 0);
    straight[PAUSE] = 0;
  }
  return { direct, paused };
}

/**
 * Takes off the first passages of a mass that has arrived at symbol `x` with step `k`, counted from 0.
 * @param column - passages to the agent in question
 * @param straight - hits of those that do not pause from there on
 * @param late - hits of those that do
 */
export function takeOff(
  { direct, paused }: FarColumn,
  x: number,
  k: number,
  mass: number,
  straight: Float64Array,
  late: Float64Array,
): void {
  const from = x * horizonSteps - k - 1;
  for (let step = k + 1; step < horizonSteps; step++) {
    straight[step] = (straight[step] ?? 0) - mass * (direct[from + step] ?? 0);
  }
  if (paused === undefined) return;
  for (let step = k + 1; step < horizonSteps; step++) {
    late[step] = (late[step] ?? 0) - mass * (paused[from + step] ?? 0);
  }
}
