import type { QueueFlow, QueueWish } from './directives.ts';
import { FairFlows } from './fair-flows.ts';

/** A call as fair queueing sees it. */
export type Turn = Omit<QueueWish, 'kind'>;

/** Flows inside flows of which nobody waits are remembered for this many outer ones. */
const rememberedFlows = 4_096;

/** Fair queueing on two levels: flows share the endpoint, and what a flow gets is shared by those that are part of it. */
export class FairTurns {
  readonly #outer = new FairFlows();
  readonly #inner = new Map<string, FairFlows>();
  #accountFaults = 0;

  /** Times that a policy could not say what a key owes. */
  get accountFaults(): number {
    return this.#accountFaults;
  }

  join(turn: Turn): void {
    this.#collect(turn);
    this.#outer.join(outerOf(turn).key);
    this.#innerOf(turn).join(turn.key);
  }

  leave(turn: Turn): void {
    this.#outer.leave(outerOf(turn).key);
    this.#innerOf(turn).leave(turn.key);
  }

  serve(turn: Turn): void {
    const { cost, key, weight } = turn;
    this.#innerOf(turn).serve({ cost, key, weight });
    this.#outer.serve({ ...outerOf(turn), cost });
  }

  /**
   * The call whose turn it is.
   * @param waiting in order of arrival
   * @param ofKey chooses among calls of one key, which are never none
   */
  choose<T extends Turn & { readonly arrival: number }>(
    waiting: readonly T[],
    ofKey: (calls: readonly T[]) => T | undefined,
  ): T | undefined {
    const outer = Map.groupBy(waiting, (turn) => outerOf(turn).key);
    return soonest(
      [...outer.values()].map((part) => this.#ofOuter(part, ofKey)),
      (turn) => this.#outer.finish({ ...outerOf(turn), cost: turn.cost }),
    );
  }

  #ofOuter<T extends Turn & { readonly arrival: number }>(
    part: readonly T[],
    ofKey: (calls: readonly T[]) => T | undefined,
  ): T | undefined {
    const keys = [...Map.groupBy(part, ({ key }) => key).values()];
    for (const calls of keys) {
      const newest = calls.at(-1);
      if (newest !== undefined) this.#collect(newest);
    }
    const candidates = keys.map((calls) => (calls.length === 1 ? calls[0] : ofKey(calls)));
    return soonest(candidates, (turn) => this.#innerOf(turn).finish(turn));
  }

  /** What a flow used beyond its charges is asked for before turns are chosen. */
  #collect(turn: Turn): void {
    this.#correct(this.#outer, outerOf(turn));
    if (turn.of !== undefined) this.#correct(this.#innerOf(turn), turn);
  }

  #correct(flows: FairFlows, { key, weight, owes }: QueueFlow): void {
    if (owes === undefined) return;
    try {
      flows.correct(key, owes(), weight);
    } catch {
      // A policy whose account fails costs nobody a turn.
      this.#accountFaults += 1;
    }
  }

  #innerOf(turn: Turn): FairFlows {
    const { key } = outerOf(turn);
    const known = this.#inner.get(key);
    if (known !== undefined) return known;
    if (this.#inner.size >= rememberedFlows) this.#forgetOne();
    const flows = new FairFlows();
    this.#inner.set(key, flows);
    return flows;
  }

  #forgetOne(): void {
    for (const key of this.#inner.keys()) {
      if (this.#outer.waiting(key) > 0) continue;
      this.#inner.delete(key);
      return;
    }
  }
}

function outerOf(turn: Turn): QueueFlow {
  return turn.of ?? turn;
}

/** Smallest finish; who came first among equals. */
function soonest<T extends { readonly arrival: number }>(
  turns: readonly (T | undefined)[],
  finishOf: (turn: T) => number,
): T | undefined {
  let best: T | undefined;
  let bestFinish = Infinity;
  for (const turn of turns) {
    if (turn === undefined) continue;
    const finish = finishOf(turn);
    const sooner =
      finish < bestFinish || (finish === bestFinish && turn.arrival < (best?.arrival ?? Infinity));
    if (best === undefined || sooner) [best, bestFinish] = [turn, finish];
  }
  return best;
}
