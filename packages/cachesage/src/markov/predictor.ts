import type { BranchContext } from './branch-context.ts';
import {
  TransitionMixture,
  binsPerOrder,
  orders,
  successorBins,
  weightIndex,
} from './transition-mixture.ts';
import type { FirstOrderRoom, MixedOrders } from './transition-mixture.ts';
import type { LeftOut } from '../estimator-parts.ts';
import type { TopologyPrior } from './prior.ts';
import { Revisits } from './revisits.ts';
import type { SavedRevisits } from './revisits.ts';
import { END, PAUSE, START, firstAgent } from './symbols.ts';
import type { SymbolTable } from './symbols.ts';
import { callCountKey, orderOneKey } from './transition-counts.ts';
import { WeightAllowance } from './weight-allowance.ts';
import type { CountRow, TransitionCounts } from './transition-counts.ts';

/** Pseudo-count of the declared prior under order 1, in transitions: a weight N / (N + 2) for the counts. */
const priorCount = 2;
const minWeight = -4;
const maxWeight = 5;

/** Rows above order 1, lower first, with their orders: after this pair, and at this visit of its second. A start has no pair. */
function rowsBeyondOne(
  { previous, current, visits }: BranchContext,
  { pairs, callCounts }: MixedOrders,
): readonly (readonly [order: number, key: number])[] {
  if (current === START) return [];
  const pair = [1, callCountKey(previous, current, 0)] as const;
  const visit = [2, callCountKey(previous, current, visits[current] ?? 0)] as const;
  return [...(pairs ? [pair] : []), ...(callCounts ? [visit] : [])];
}

/**
 * Start of the back-off weights (logits): N / (N + 2) for order 1, Witten & Bell 1991 for pairs, less for visits, which
 * are often seen once.
 */
function initialWeights(): Float64Array {
  const weights = new Float64Array(orders * binsPerOrder);
  const typicalTotals = [1, 2, 3.5, 6.5, 16, 60];
  const typicalSuccessors = [1, 2, 3, 5];
  typicalTotals.forEach((total, n) => {
    typicalSuccessors.forEach((successors, t) => {
      const cell = n * successorBins + t;
      weights[cell] = Math.log(total / priorCount);
      weights[binsPerOrder + cell] = Math.log(total / successors);
      weights[2 * binsPerOrder + cell] = Math.log((0.5 * total) / successors) - 1;
    });
  });
  return weights;
}

/**
 * Probability of what follows a branch: the declared prior, mixed with the counts after the current agent, after
 * the pair (previous agent, current agent), and at its call count (the pair and the visits of the current agent). Each mixing weight is the sigmoid of a
 * logit per (order, size of the row, distinct successors), learned online on the log loss.
 */
export class TransitionPredictor {
  readonly #symbols: SymbolTable;
  readonly #prior: TopologyPrior;
  readonly #counts: TransitionCounts;
  readonly #mixed: MixedOrders;
  readonly #learnsWeights: boolean;
  readonly #learnsRevisits: boolean;
  readonly #weights: Float64Array = initialWeights();
  /** Sigmoid of each weight: what its order has in the mixture. */
  readonly #shares: number[] = Array.from({ length: orders * binsPerOrder }, () => 0);
  readonly #revisits = new Revisits();
  readonly #firstOrder: FirstOrderRoom = [];
  #mixture: TransitionMixture | undefined;
  #stamp = -1;
  #room: Float64Array = new Float64Array(0);
  #pauses = 0;
  #closes = 0;
  #learned = 0;

  constructor(
    symbols: SymbolTable,
    prior: TopologyPrior,
    counts: TransitionCounts,
    without: LeftOut = new Set(),
  ) {
    this.#mixed = { pairs: !without.has('pairs'), callCounts: !without.has('call-counts') };
    this.#learnsRevisits = !without.has('session-past');
    this.#learnsWeights = !without.has('learned-weights');
    this.#symbols = symbols;
    this.#prior = prior;
    this.#counts = counts;
    this.#weights.forEach((weight, at) => this.#weigh(at, weight));
  }

  /** Transitions learned so far; changes whenever a distribution may have changed. */
  get learned(): number {
    return this.#learned;
  }

  get weights(): readonly number[] {
    return [...this.#weights];
  }

  get runEnds(): { readonly pauses: number; readonly closes: number } {
    return { pauses: this.#pauses, closes: this.#closes };
  }

  /** What sessions do, over all agents. */
  get revisits(): SavedRevisits {
    return this.#revisits.save();
  }

  restore(
    weights: readonly number[],
    runEnds: { readonly pauses: number; readonly closes: number },
    revisits: SavedRevisits,
  ): void {
    if (weights.length !== this.#weights.length) {
      throw new RangeError(`expected ${this.#weights.length} weights, got ${weights.length}`);
    }
    weights.forEach((weight, at) => this.#weigh(at, weight));
    this.#pauses = runEnds.pauses;
    this.#closes = runEnds.closes;
    this.#revisits.restore(revisits);
    this.#learned++;
  }

  /** @see TransitionMixture.distribution */
  distribution(context: BranchContext, into?: Float64Array): Float64Array {
    return this.#now().distribution(context, into);
  }

  /** @see TransitionMixture.undeclared */
  undeclared(current: number): number {
    return this.#now().undeclared(current);
  }

  /** Key of the longest context that has a share of at least `least` in what follows. */
  toldApart({ previous, current, visits }: BranchContext, least: number): number {
    const visit = callCountKey(previous, current, visits[current] ?? 0);
    if (this.#shareOf(2, visit) >= least) return visit;
    const pair = callCountKey(previous, current, 0);
    return this.#shareOf(1, pair) >= least ? pair : orderOneKey(current);
  }

  #shareOf(order: number, key: number): number {
    const row = this.#counts.row(key);
    return row === undefined ? 0 : this.#share(order, row);
  }

  /** @see TransitionMixture.orderOne */
  orderOne(current: number): Float64Array {
    return this.#now().orderOne(current);
  }

  /** The mixture as it stands: it stays so whatever is learned or declared. */
  frozen(): TransitionMixture {
    return new TransitionMixture({
      prior: this.#prior.rows(),
      base: this.#revisits.base(this.#symbols.size),
      pauseShare: this.#pauseShare(),
      counts: this.#counts.snapshot(),
      shares: this.#shares.slice(),
      room: this.#firstOrder,
      mixed: this.#mixed,
    });
  }

  #now(): TransitionMixture {
    const prior = this.#prior.rows();
    // Each of the numbers only rises, so the sum tells whether any did.
    const stamp = this.#learned + this.#counts.version;
    if (this.#mixture === undefined || this.#stamp !== stamp || this.#mixture.prior !== prior) {
      this.#stamp = stamp;
      this.#mixture = new TransitionMixture({
        prior,
        base: this.#revisits.base(this.#symbols.size),
        pauseShare: this.#pauseShare(),
        counts: { get: (key) => this.#counts.row(key) },
        shares: this.#shares,
        room: this.#firstOrder,
        mixed: this.#mixed,
      });
    }
    return this.#mixture;
  }

  /**
   * `symbol` followed `context`. The weights move first, on the counts as they stood when it was still to be predicted.
   * @param weight - of the count, in (0, 1]
   * @param allowance - of the session whose branch it is
   */
  learn(
    context: BranchContext,
    symbol: number,
    weight: number,
    allowance: WeightAllowance = new WeightAllowance(),
  ): void {
    const before = this.#scratch();
    const prior = this.#prior.rows();
    const base = this.#revisits.base(this.#symbols.size);
    prior.write(context.current, base, this.#pauseShare(), before);
    if (context.current >= firstAgent) {
      base.refine(context, prior.undeclared(context.current), before);
    }
    if (weight > 0 && this.#learnsRevisits) this.#revisits.learn(context, symbol);
    const first = orderOneKey(context.current);
    const tune = (order: number, key: number, lower: number): number =>
      this.#tune(order, this.#counts.row(key), symbol, lower, allowance);
    let probability = tune(0, first, before[symbol] ?? 0);
    this.#counts.add(first, symbol, weight);
    for (const [order, key] of rowsBeyondOne(context, this.#mixed)) {
      probability = tune(order, key, probability);
      this.#counts.add(key, symbol, weight);
    }
    if (context.current !== START && context.current !== PAUSE) {
      if (symbol === PAUSE) this.#pauses++;
      if (symbol === END) this.#closes++;
    }
    this.#learned++;
  }

  /** One number per symbol, for the moment. A typed array is allocated outside the heap: not one for each event. */
  #scratch(): Float64Array {
    const { size } = this.#symbols;
    if (this.#room.length !== size) this.#room = new Float64Array(size);
    return this.#room;
  }

  #pauseShare(): number {
    return (this.#pauses + 1) / (this.#pauses + this.#closes + 2);
  }

  #share(order: number, row: CountRow): number {
    return this.#shares[weightIndex(order, row)] ?? 0;
  }

  #weigh(at: number, weight: number): void {
    this.#weights[at] = weight;
    this.#shares[at] = 1 / (1 + Math.exp(-weight));
  }

  /** Gradient step of rate 1 on log p of what happened; returns the probability after this order. */
  #tune(
    order: number,
    row: CountRow | undefined,
    symbol: number,
    lower: number,
    allowance: WeightAllowance,
  ): number {
    if (row === undefined || row.total <= 0) return lower;
    const at = weightIndex(order, row);
    const share = this.#share(order, row);
    const here = (row.counts.get(symbol) ?? 0) / row.total;
    const mixed = share * here + (1 - share) * lower;
    if (!this.#learnsWeights) return mixed;
    const slope = ((here - lower) / Math.max(1e-4, mixed)) * share * (1 - share);
    const old = this.#weights[at] ?? 0;
    const moved = old + Math.max(-1, Math.min(1, slope));
    const wished = Math.max(minWeight, Math.min(maxWeight, moved)) - old;
    this.#weigh(at, old + allowance.take(at, wished));
    return mixed;
  }
}
