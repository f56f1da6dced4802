import { horizonSteps } from '../markov/horizon.ts';
import { START } from '../markov/symbols.ts';
import { GapTables } from './gap-tables.ts';
import type { ResidualGap } from './gap-tables.ts';
import { bins, edges, lowestExponent } from './remaining-waits.ts';
import type { GapClass } from './remaining-waits.ts';
import { waitBin } from './wait-bins.ts';
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
const maxClasses = 96;
/**
 * Gaps of a class, or of its kind, until which every one renews its tables; then it takes an eighth as many again, or
 * this many.
 */
const freshGaps = 32;
const renewalShare = 1 / 8;
/** Gaps of a class that outweigh those of its kind. */
const decided = 64;
const maxRenewal = { own: 64, kind: 128 } as const;

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

/** Gaps of one class as they are counted. */
interface LiveClass {
  readonly gaps: GapClass;
  seen: number;
  /** Gaps that the tables do not know of. */
  unknown: number;
}

function liveClass(gaps: GapClass): LiveClass {
  return { gaps, seen: Math.round(gaps.total), unknown: 0 };
}

/**
 * Histograms of the gap before a branch's next call, by agent and by what it waits for, in mean steps of the workload.
 * Answers are conditioned on the time already waited: a branch silent for minutes is not one in a tool loop. Tables are
 * renewed class by class when its gaps are observed, so they do not depend on when they are asked for.
 */
export class GapModel {
  #meanStepMs = defaultStepMs;
  #steps = 0;
  readonly #pooled = new Map<WaitKind, LiveClass>();
  readonly #classes = new Map<number, LiveClass>();
  /** Of the classes, and of each kind for classes that are not known. */
  readonly #tables = new Map<number, GapTables>();
  readonly #kindTables = new Map<WaitKind, GapTables>();
  #renewals = 0;
  #answer: Float64Array | undefined;
  #answerStamp = -1;
  #answerRenewals = -1;
  readonly #conditioned: boolean;

  /** @param options.conditioned - false = every wait is that of the prior, however long it has lasted */
  constructor({ conditioned }: { readonly conditioned: boolean } = { conditioned: true }) {
    this.#conditioned = conditioned;
    for (const kind of waitKinds) this.#pool(kind, { bins: priorBins(kind), total: 0 });
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

  /** A gap of `units` mean steps has ended. */
  observe(agent: number, kind: WaitKind, units: number): void {
    const pooled = this.#pooled.get(kind);
    if (!this.#conditioned || pooled === undefined) return;
    const bin = binOf(units);
    const key = classKey(agent, kind);
    let own = this.#classes.get(key);
    if (own === undefined) {
      own = liveClass({ bins: new Float64Array(bins), total: 0 });
      this.#classes.set(key, own);
      if (this.#classes.size > maxClasses) this.#forgetClass(key);
    }
    add(own, bin, classDecay);
    add(pooled, bin, pooledDecay);
    if (isDue(pooled, maxRenewal.kind)) this.#renewKind(kind, pooled);
    else if (isDue(own, maxRenewal.own)) this.#renew(key, own, this.#pooledTables(kind).pooled);
  }

  /** @param waited - time since the gap began, in mean steps */
  residual(agent: number, kind: WaitKind, waited: number): ResidualGap {
    return this.tables(agent, kind).at(this.binAt(waited));
  }

  /** Residual gaps of a class by {@link binAt}. */
  tables(agent: number, kind: WaitKind): GapTables {
    return this.#tables.get(classKey(agent, kind)) ?? this.#pooledTables(kind);
  }

  /** Rises whenever tables change or are others: until then all of them stand. */
  get renewals(): number {
    return this.#renewals;
  }

  /** @param guess - a bin near it */
  binAt(waited: number, guess = 0): number {
    return this.#conditioned ? waitBin(waited, guess) : 0;
  }

  /** P(a user answers within timeGrid[i] - k), row-major [i][k], over all agents; the same array until it changes. */
  answer(): Float64Array {
    if (this.#answer !== undefined && this.#answerRenewals === this.#renewals) return this.#answer;
    this.#answerRenewals = this.#renewals;
    const { stamp } = this.tables(START, 'user');
    if (this.#answer === undefined || this.#answerStamp !== stamp) {
      const { within } = this.residual(START, 'user', 0);
      const curve = Float64Array.from(timeGrid, (_, i) => within[i * horizonSteps] ?? 0);
      this.#answerStamp = stamp;
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
      pooled: waitKinds.map((kind) => [...(this.#pooled.get(kind)?.gaps.bins ?? [])]),
      seen: waitKinds.map((kind) => this.#pooled.get(kind)?.gaps.total ?? 0),
      classes: [...this.#classes].map(([key, { gaps }]) => [
        Math.floor(key / waitKinds.length),
        key % waitKinds.length,
        [...gaps.bins],
      ]),
    };
  }

  restore(saved: SavedGaps): void {
    this.#meanStepMs = saved.meanStepMs;
    this.#steps = saved.steps;
    this.#classes.clear();
    this.#tables.clear();
    for (const [agent, kind, counts] of saved.classes) {
      const own = Float64Array.from({ length: bins }, (_, b) => counts[b] ?? 0);
      const total = own.reduce((x, y) => x + y);
      this.#classes.set(agent * waitKinds.length + kind, liveClass({ bins: own, total }));
    }
    waitKinds.forEach((kind, k) => {
      const counts = Float64Array.from({ length: bins }, (_, b) => saved.pooled[k]?.[b] ?? floor);
      this.#pool(kind, { bins: counts, total: saved.seen[k] ?? 0 });
    });
  }

  #pool(kind: WaitKind, gaps: GapClass): void {
    const pooled = liveClass(gaps);
    this.#pooled.set(kind, pooled);
    this.#renewKind(kind, pooled);
  }

  #pooledTables(kind: WaitKind): GapTables {
    const tables = this.#kindTables.get(kind);
    if (tables === undefined) throw new RangeError(`no gaps of the kind ${kind} are kept`);
    return tables;
  }

  #renewKind(kind: WaitKind, pooled: LiveClass): void {
    this.#renewals++;
    const all = copy(pooled);
    pooled.unknown = 0;
    const ofKind = this.#kindTables.get(kind);
    if (ofKind === undefined) this.#kindTables.set(kind, new GapTables(undefined, all));
    else ofKind.renew(undefined, all);
    for (const [key, own] of this.#classes) {
      if (waitKinds[key % waitKinds.length] !== kind) continue;
      // Of a class with many gaps of its own the others decide little: its own renew it.
      if (own.gaps.total < decided || !this.#tables.has(key)) this.#renew(key, own, all);
    }
  }

  #renew(key: number, own: LiveClass, pooled: GapClass): void {
    this.#renewals++;
    own.unknown = 0;
    const tables = this.#tables.get(key);
    if (tables === undefined) this.#tables.set(key, new GapTables(copy(own), pooled));
    else tables.renew(copy(own), pooled);
  }

  #forgetClass(kept: number): void {
    let least: number | undefined;
    let leastTotal = Infinity;
    for (const [key, { gaps }] of this.#classes) {
      if (key !== kept && gaps.total < leastTotal) [least, leastTotal] = [key, gaps.total];
    }
    if (least === undefined) return;
    this.#renewals++;
    this.#classes.delete(least);
    this.#tables.delete(least);
  }
}

function isDue({ seen, unknown }: LiveClass, most: number): boolean {
  return unknown >= (seen < freshGaps ? 1 : Math.min(most, Math.floor(seen * renewalShare)));
}

function copy({ gaps }: LiveClass): GapClass {
  return (gaps.copied ??= { bins: gaps.bins.slice(), total: gaps.total });
}

function classKey(agent: number, kind: WaitKind): number {
  return agent * waitKinds.length + waitKinds.indexOf(kind);
}

function add(own: LiveClass, bin: number, decay: number): void {
  const { gaps } = own;
  for (let b = 0; b < bins; b++) gaps.bins[b] = (gaps.bins[b] ?? 0) * decay;
  gaps.bins[bin] = (gaps.bins[bin] ?? 0) + 1;
  gaps.total = gaps.total * decay + 1;
  gaps.copied = undefined;
  own.seen++;
  own.unknown++;
}
