import type { BranchContext } from './branch-context.ts';
import { END, firstAgent } from './symbols.ts';
import { decayPerAdd } from './transition-counts.ts';

/** Transitions' worth of the even row in the shares. */
const priorTransitions = 2;
/** Per agent that a session comes to for the first time: half-life of 69 of them. */
const popularityDecay = 0.99;
/** Popularity of an agent that nobody has come to, in first visits. */
const leastPopular = 0.1;

export interface SavedRevisits {
  /** Decayed counts: of the same agent again, of one seen before, of one new to the session, of the end of the run. */
  readonly kinds: readonly [again: number, back: number, fresh: number, end: number];
  /** Decayed first visits by agent, in the order of symbols. */
  readonly popularity: readonly number[];
}

/**
 * What follows an agent of which nothing more is known: the session's own past says most. Learned over all agents is how
 * often a session stays at its agent, goes back to one it has been at, comes to a new one, or ends; agents it has been at
 * are alike, new ones come by how many sessions came to them (a cache model, Kuhn & De Mori 1990, doi:10.1109/34.56193).
 * Where speakers are chosen freely among many names, nearly everything that is known of the next one is in this.
 */
export class Revisits {
  #again = 0;
  #back = 0;
  #fresh = 0;
  #end = 0;
  /** By symbol less the special ones. */
  readonly #popularity: number[] = [];
  #base: RevisitBase | undefined;

  /** `symbol` followed `context`. */
  learn({ current, visits }: BranchContext, symbol: number): void {
    this.#base = undefined;
    const known = symbol < firstAgent || (visits[symbol] ?? 0) > 0;
    if (!known) this.#visited(symbol);
    if (current < firstAgent) return;
    this.#again *= decayPerAdd;
    this.#back *= decayPerAdd;
    this.#fresh *= decayPerAdd;
    this.#end *= decayPerAdd;
    if (symbol < firstAgent) this.#end++;
    else if (symbol === current) this.#again++;
    else if (known) this.#back++;
    else this.#fresh++;
  }

  /** The base over `size` symbols as it stands: it stays so whatever is learned. */
  base(size: number): RevisitBase {
    if (this.#base?.size !== size) this.#base = new RevisitBase(this.save(), size);
    return this.#base;
  }

  save(): SavedRevisits {
    return {
      kinds: [this.#again, this.#back, this.#fresh, this.#end],
      popularity: [...this.#popularity],
    };
  }

  restore({ kinds, popularity }: SavedRevisits): void {
    [this.#again, this.#back, this.#fresh, this.#end] = kinds;
    this.#popularity.splice(0, this.#popularity.length, ...popularity);
    this.#base = undefined;
  }

  #visited(symbol: number): void {
    const at = symbol - firstAgent;
    while (this.#popularity.length <= at) this.#popularity.push(0);
    this.#popularity.forEach((visits, agent) => {
      this.#popularity[agent] = visits * popularityDecay;
    });
    this.#popularity[at] = (this.#popularity[at] ?? 0) + 1;
  }
}

/** The base of rows in one state of what was learned. */
export class RevisitBase {
  readonly size: number;
  readonly #again: number;
  readonly #end: number;
  /** Learned part of the probability of other agents that goes to those seen before, and weight of the even row in it. */
  readonly #backCount: number;
  readonly #otherCount: number;
  readonly #popularity: Float64Array;
  #total = 0;

  constructor({ kinds: [again, back, fresh, end], popularity }: SavedRevisits, size: number) {
    this.size = size;
    const even = priorTransitions / Math.max(1, size - firstAgent + 1);
    const all = again + back + fresh + end + priorTransitions;
    this.#again = (again + even) / all;
    this.#end = (end + even) / all;
    this.#backCount = back;
    this.#otherCount = back + fresh;
    this.#popularity = new Float64Array(size);
    for (let x = firstAgent; x < size; x++) {
      const own = (popularity[x - firstAgent] ?? 0) + leastPopular;
      this.#popularity[x] = own;
      this.#total += own;
    }
  }

  /**
   * Adds `weight` × the base of the row after `current` where the session's past is not known: whoever is not `current` is
   * new to it.
   */
  add(current: number, weight: number, out: Float64Array): void {
    const others = this.#total - (this.#popularity[current] ?? 0);
    const other = 1 - this.#again - this.#end;
    const perVisit = others > 0 ? (weight * other) / others : 0;
    for (let x = firstAgent; x < this.size; x++) {
      out[x] = (out[x] ?? 0) + perVisit * (this.#popularity[x] ?? 0);
    }
    // Nobody else to come to: what is left goes to the agent itself.
    const own = others > 0 ? this.#again : this.#again + other;
    const came = perVisit * (this.#popularity[current] ?? 0);
    out[current] = (out[current] ?? 0) - came + weight * own;
    out[END] = (out[END] ?? 0) + weight * this.#end;
  }

  /** Moves what {@link add} added to where it belongs, now that the session's past is known. */
  refine({ current, visits }: BranchContext, weight: number, out: Float64Array): void {
    const other = 1 - this.#again - this.#end;
    const others = this.#total - (this.#popularity[current] ?? 0);
    let unseen = others;
    let seen = 0;
    for (let x = firstAgent; x < visits.length; x++) {
      if (x === current || (visits[x] ?? 0) === 0) continue;
      unseen -= this.#popularity[x] ?? 0;
      seen++;
    }
    if (seen === 0) return;
    const agents = this.size - firstAgent;
    const unseenAgents = agents - 1 - seen;
    // Among other agents the even row has one part for each.
    const evenOthers = (priorTransitions * (agents - 1)) / (agents + 1);
    const evenSeen = (priorTransitions * seen) / (agents + 1);
    const back =
      unseenAgents === 0
        ? other
        : (other * (this.#backCount + evenSeen)) / (this.#otherCount + evenOthers);
    const before = (weight * other) / others;
    const perVisit = unseenAgents === 0 ? 0 : (weight * (other - back)) / unseen;
    const each = (weight * back) / seen;
    const kept = out[current] ?? 0;
    for (let x = firstAgent; x < this.size; x++) {
      const visited = (visits[x] ?? 0) > 0;
      const own = this.#popularity[x] ?? 0;
      const moved = (out[x] ?? 0) - before * own + (visited ? each : perVisit * own);
      out[x] = Math.max(0, moved);
    }
    out[current] = kept;
  }
}
