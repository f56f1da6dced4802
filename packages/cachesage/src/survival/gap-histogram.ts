import { horizonSteps } from '../markov/horizon.ts';
import { START } from '../markov/symbols.ts';
import { bins, edges, layOutWaits, lowestExponent, medianOf } from './remaining-waits.ts';
import type { GapClass } from './remaining-waits.ts';
import { stepsWithin } from './steps-within.ts';
import { gridSize, timeGrid, valueAt } from './time-grid.ts';

/**
 * What a branch waits for: its own call to finish, nothing in particular, a tool, or the user. `decode` gaps are
 * measured from the call's start, the others from when the call or the run ended.
 */
export type WaitKind = 'decode' | 'none' | 'tool' | 'user';
export const waitKinds: readonly WaitKind[] = ['decode', 'none', 'tool', 'user'];

const pooledDecay = 0.998;
const classDecay = 0.995;
/** Gaps behind the prior of a pooled histogram. */
const priorGaps = 4;
/** In every bin, so that no wait is impossible. */
const floor = 0.02;
/** A step this many times the mean counts as this many: one lunch break must not set the unit of time. */
const longestStep = 5;
const stepWindow = 300;
/** Until a step was seen, in ms. */
const defaultStepMs = 1000;
const refreshEvery = 32;
const maxClasses = 96;

/** What is to be expected of a branch that has waited for some time. */
export interface ResidualGap {
  /** P(the j-th next step happens within timeGrid[i]), row-major [i][j - 1]; computed when first read. */
  readonly within: Float64Array;
  /** P(a gap of this class is longer than the wait), unconditioned. */
  readonly longer: number;
  /** Median of the remaining wait, in mean steps. */
  readonly median: number;
  /** Gaps of this class or kind seen, decayed: 0 = the prior speaks. */
  readonly seen: number;
}

export interface SavedGaps {
  readonly meanStepMs: number;
  readonly steps: number;
  readonly pooled: readonly (readonly number[])[];
  readonly seen: readonly number[];
  readonly classes: readonly (readonly [agent: number, kind: number, bins: readonly number[]])[];
}

function binOf(units: number): number {
  if (!(units > (edges[1] ?? 0))) return 0;
  return Math.min(bins - 1, Math.max(0, Math.floor(Math.log2(units)) - lowestExponent));
}

/** Calls: exponential with mean 1. Users: even over the logarithm of time from one step up. */
function priorBins(kind: WaitKind): Float64Array {
  const prior = new Float64Array(bins).fill(floor);
  let below = 0;
  for (let b = 0; b < bins; b++) {
    if (kind === 'user') {
      if (b >= -lowestExponent) prior[b] = floor + priorGaps / (bins + lowestExponent);
    } else {
      const upTo = 1 - Math.exp(-(edges[b + 1] ?? 0));
      prior[b] = floor + priorGaps * (upTo - below);
      below = upTo;
    }
  }
  return prior;
}

/** Bin of a wait in mean steps: two per doubling from 0.1 on, so that tables are shared. */
function waitBin(units: number): number {
  return units < 0.1 ? 0 : Math.min(40, 1 + Math.floor(2 * Math.log2(units / 0.1)));
}

/**
 * Histograms of the gap before a branch's next call, by agent and by what it waits for, in mean steps of the workload.
 * Answers are conditioned on the time already waited: a branch silent for minutes is not one in a tool loop. Tables are
 * computed from copies taken when gaps are observed, so they do not depend on when they are asked for.
 */
export class GapModel {
  #meanStepMs = defaultStepMs;
  #steps = 0;
  #pooled = new Map<WaitKind, GapClass>(
    waitKinds.map((kind) => [kind, { bins: priorBins(kind), total: 0 }]),
  );
  #classes = new Map<number, GapClass>();
  #frozenPooled = new Map<WaitKind, GapClass>();
  #frozenClasses = new Map<number, GapClass>();
  #tables = new Map<number, ResidualGap>();
  #answer: Float64Array | undefined;
  #observed = 0;
  readonly #conditioned: boolean;

  /** @param options.conditioned - false = every wait is that of the prior, however long it has lasted */
  constructor({ conditioned }: { readonly conditioned: boolean } = { conditioned: true }) {
    this.#conditioned = conditioned;
    this.#freeze();
  }

  /** Mean time from call start to call start inside a run, in ms: the unit of the time grid. */
  get meanStepMs(): number {
    return this.#meanStepMs;
  }

  /** One step inside a run took `ms`. */
  observeStep(ms: number): void {
    this.#meanStepMs = this.#steps === 0 ? Math.max(ms, 1e-3) : this.#meanStepMs;
    this.#steps = Math.min(this.#steps + 1, stepWindow);
    const clipped = Math.min(ms, longestStep * this.#meanStepMs);
    this.#meanStepMs = Math.max(
      1e-3,
      this.#meanStepMs + (clipped - this.#meanStepMs) / this.#steps,
    );
  }

  /** A gap of `units` mean steps, in the session's own time, has ended. */
  observe(agent: number, kind: WaitKind, units: number): void {
    if (!this.#conditioned) return;
    const bin = binOf(units);
    const key = classKey(agent, kind);
    let own = this.#classes.get(key);
    if (own === undefined) {
      own = { bins: new Float64Array(bins), total: 0 };
      this.#classes.set(key, own);
      if (this.#classes.size > maxClasses) this.#forgetClass(key);
    }
    add(own, bin, classDecay);
    const pooled = this.#pooled.get(kind);
    if (pooled !== undefined) add(pooled, bin, pooledDecay);
    this.#observed++;
    if (this.#observed < refreshEvery || this.#observed % refreshEvery === 0) this.#freeze();
  }

  /** @param waited - time since the gap began, in mean steps of the session's own time */
  residual(agent: number, kind: WaitKind, waited: number): ResidualGap {
    const wait = this.#conditioned ? waitBin(waited) : 0;
    const key = classKey(agent, kind) * 64 + wait;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = this.#tabulate(agent, kind, wait);
      this.#tables.set(key, table);
    }
    return table;
  }

  /** P(a user answers within timeGrid[i] - k), row-major [i][k], over all agents; the same array until it changes. */
  answer(): Float64Array {
    if (this.#answer === undefined) {
      const { within } = this.residual(START, 'user', 0);
      const curve = Float64Array.from(timeGrid, (_, i) => within[i * horizonSteps] ?? 0);
      this.#answer = Float64Array.from({ length: gridSize * horizonSteps }, (_, cell) => {
        const left = (timeGrid[Math.floor(cell / horizonSteps)] ?? 0) - (cell % horizonSteps);
        return left > 0 ? valueAt(curve, left) : 0;
      });
    }
    return this.#answer;
  }

  save(): SavedGaps {
    return {
      meanStepMs: this.#meanStepMs,
      steps: this.#steps,
      pooled: waitKinds.map((kind) => [...(this.#pooled.get(kind)?.bins ?? [])]),
      seen: waitKinds.map((kind) => this.#pooled.get(kind)?.total ?? 0),
      classes: [...this.#classes].map(([key, { bins: counts }]) => [
        Math.floor(key / waitKinds.length),
        key % waitKinds.length,
        [...counts],
      ]),
    };
  }

  restore(saved: SavedGaps): void {
    this.#meanStepMs = saved.meanStepMs;
    this.#steps = saved.steps;
    waitKinds.forEach((kind, k) => {
      const counts = Float64Array.from({ length: bins }, (_, b) => saved.pooled[k]?.[b] ?? floor);
      this.#pooled.set(kind, { bins: counts, total: saved.seen[k] ?? 0 });
    });
    this.#classes = new Map(
      saved.classes.map(([agent, kind, counts]) => {
        const own = Float64Array.from({ length: bins }, (_, b) => counts[b] ?? 0);
        return [agent * waitKinds.length + kind, { bins: own, total: own.reduce((x, y) => x + y) }];
      }),
    );
    this.#freeze();
  }

  #freeze(): void {
    this.#frozenPooled = new Map([...this.#pooled].map(([kind, own]) => [kind, copy(own)]));
    this.#frozenClasses = new Map([...this.#classes].map(([key, own]) => [key, copy(own)]));
    this.#tables.clear();
    this.#answer = undefined;
  }

  #forgetClass(kept: number): void {
    let least: number | undefined;
    let leastTotal = Infinity;
    for (const [key, { total }] of this.#classes) {
      if (key !== kept && total < leastTotal) [least, leastTotal] = [key, total];
    }
    if (least !== undefined) this.#classes.delete(least);
  }

  #tabulate(agent: number, kind: WaitKind, wait: number): ResidualGap {
    const waited = wait === 0 ? 0 : 0.1 * 2 ** ((wait - 0.5) / 2);
    const pooled = this.#frozenPooled.get(kind);
    const own = this.#frozenClasses.get(classKey(agent, kind));
    const { longer, norm, points } = layOutWaits(pooled, own, waited);
    const median = medianOf(points, norm);
    let within: Float64Array | undefined;
    return {
      get within() {
        if (within === undefined) {
          // Laid out again, since others have been laid out in the same room: from copies that do not change.
          const again = layOutWaits(pooled, own, waited);
          within = stepsWithin(again.points, again.norm);
        }
        return within;
      },
      longer,
      median,
      seen: Math.max(own?.total ?? 0, pooled?.total ?? 0),
    };
  }
}

function copy(own: GapClass): GapClass {
  return (own.copied ??= { bins: own.bins.slice(), total: own.total });
}

function classKey(agent: number, kind: WaitKind): number {
  return agent * waitKinds.length + waitKinds.indexOf(kind);
}

function add(own: GapClass, bin: number, decay: number): void {
  for (let b = 0; b < bins; b++) own.bins[b] = (own.bins[b] ?? 0) * decay;
  own.bins[bin] = (own.bins[bin] ?? 0) + 1;
  own.total = own.total * decay + 1;
  own.copied = undefined;
}
