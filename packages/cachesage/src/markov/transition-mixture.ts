import type { BranchContext } from './branch-context.ts';
import type { PassageSource } from './passage-steps.ts';
import type { PriorRows } from './prior.ts';
import type { RevisitBase } from './revisits.ts';
import { START, firstAgent } from './symbols.ts';
import { callCountKey, orderOneKey } from './transition-counts.ts';
import type { CountRows } from './counts-history.ts';
import type { CountRow } from './transition-counts.ts';

/** After one agent, after a pair, at a visit of a pair. */
export const orders = 3;
const totalBins = 6;
export const successorBins = 4;
export const binsPerOrder: number = totalBins * successorBins;

function totalBin(total: number): number {
  if (total < 1.5) return 0;
  if (total < 2.5) return 1;
  if (total < 4.5) return 2;
  if (total < 8.5) return 3;
  return total < 32 ? 4 : 5;
}

export function weightIndex(order: number, row: CountRow): number {
  const successors = Math.min(successorBins, Math.max(1, row.counts.size));
  return order * binsPerOrder + totalBin(row.total) * successorBins + successors - 1;
}

/** Room for rows after one agent, by symbol: each holds what the mixture that is named said last. */
export type FirstOrderRoom = {
  readonly values: Float64Array;
  of: TransitionMixture | undefined;
}[];

/** Orders above the first that are mixed in. */
export interface MixedOrders {
  readonly pairs: boolean;
  readonly callCounts: boolean;
}

/** Part of a row that the session's past may move; less is left as it is. */
const negligible = 1e-3;

interface MixtureParts {
  readonly prior: PriorRows;
  readonly base: RevisitBase;
  readonly pauseShare: number;
  readonly counts: CountRows;
  /** Weight of each order, by {@link weightIndex}. */
  readonly shares: readonly number[];
  readonly room: FirstOrderRoom;
  readonly mixed: MixedOrders;
}

/** The declared prior mixed with the counts of all orders, in one state of what was learned. */
export class TransitionMixture implements PassageSource {
  readonly prior: PriorRows;
  readonly #base: RevisitBase;
  readonly #pauseShare: number;
  readonly #counts: MixtureParts['counts'];
  readonly #shares: readonly number[];
  readonly #room: FirstOrderRoom;
  readonly #mixed: MixedOrders;

  constructor({ prior, base, pauseShare, counts, shares, room, mixed }: MixtureParts) {
    this.prior = prior;
    this.#base = base;
    this.#pauseShare = pauseShare;
    this.#counts = counts;
    this.#shares = shares;
    this.#room = room;
    this.#mixed = mixed;
  }

  /**
   * One probability per symbol, summing to 1.
   * @param into - written and returned when it has the length, so that a caller of many needs one array
   */
  distribution(context: BranchContext, into?: Float64Array): Float64Array {
    const first = this.orderOne(context.current);
    const out = into?.length === first.length ? into : new Float64Array(first.length);
    out.set(first);
    const { previous, current, visits } = context;
    // A start has no pair.
    if (current === START) return out;
    const undeclared = this.undeclared(current);
    if (undeclared > negligible) this.#base.refine(context, undeclared, out);
    const { pairs, callCounts } = this.#mixed;
    if (pairs) this.#mix(1, this.#counts.get(callCountKey(previous, current, 0)), out);
    if (callCounts) {
      this.#mix(2, this.#counts.get(callCountKey(previous, current, visits[current] ?? 0)), out);
    }
    return out;
  }

  /** Part in [0, 1] of the order-1 row that is neither declared nor counted: what sessions do elsewhere speaks for it. */
  undeclared(current: number): number {
    if (current < firstAgent) return 0;
    const row = this.#counts.get(orderOneKey(current));
    const counted = row === undefined || row.total <= 0 ? 0 : this.#share(0, row);
    return (1 - counted) * this.prior.undeclared(current);
  }

  /** The same from the current agent alone: shared, to be read before anything is learned. */
  orderOne(current: number): Float64Array {
    const { size } = this.prior;
    let row = this.#room[current];
    if (row?.values.length !== size) {
      row = { values: new Float64Array(size), of: undefined };
      this.#room[current] = row;
    }
    if (row.of !== this) {
      row.of = this;
      this.prior.write(current, this.#base, this.#pauseShare, row.values);
      this.#mix(0, this.#counts.get(orderOneKey(current)), row.values);
    }
    return row.values;
  }

  #mix(order: number, row: CountRow | undefined, out: Float64Array): void {
    if (row === undefined || row.total <= 0) return;
    const share = this.#share(order, row);
    const kept = 1 - share;
    for (let x = 0; x < out.length; x++) out[x] = (out[x] ?? 0) * kept;
    for (const [successor, count] of row.counts) {
      out[successor] = (out[successor] ?? 0) + (share * count) / row.total;
    }
  }

  #share(order: number, row: CountRow): number {
    return this.#shares[weightIndex(order, row)] ?? 0;
  }
}
