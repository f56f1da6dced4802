import { horizonSteps } from '../markov/horizon.ts';

/** Quarters of the earlier prompt behind its role prefix, first to last. */
export const positionBins = 4;
const ownDecay = 0.98;
const globalDecay = 0.995;
/** Steps of the session since the prefix was last used: 1, 2, 3-4, 5-8, more. */
const gapBins = 5;
/** What the prompt before that one reused: unknown, less than half, more. */
export type LastAmount = 0 | 1 | 2;
const maxTables = 96;
const globalKey = -1;

interface AmountTable {
  count: number;
  /** Per quarter: how many of `count` reused at least up to its middle. */
  readonly reached: Float64Array;
}

function gapBin(steps: number): number {
  if (steps <= 1) return 0;
  if (steps <= 2) return 1;
  if (steps <= 4) return 2;
  return steps <= 8 ? 3 : 4;
}

export function lastAmountOf(share: number): LastAmount {
  return share < 0.5 ? 1 : 2;
}

/**
 * Share of a session prefix that the agent's next prompt reuses, by position in it, steps since and the amount before:
 * an agent that rebuilds its prompt reuses the role prefix and nothing else. Each table backs off to a wider one by
 * pseudo-counts; with nothing seen everything is reused.
 */
export class ReuseAmount {
  readonly #tables = new Map<number, AmountTable>([
    [globalKey, { count: 2, reached: new Float64Array(positionBins).fill(2) }],
  ]);

  readonly #learns: boolean;

  /** @param options.learns - false = everything is reused, always */
  constructor({ learns }: { readonly learns: boolean } = { learns: true }) {
    this.#learns = learns;
  }

  /**
   * @param gap - steps of the session since the prompt, at least 1
   * @param share - of the prompt's own part, in [0, 1]
   */
  observe(agent: number, gap: number, last: LastAmount, share: number): void {
    if (!this.#learns) return;
    const keys = [
      [globalKey, globalDecay],
      [agentKey(agent), ownDecay],
      [gapKey(agent, gapBin(gap)), ownDecay],
      [jointKey(agent, gapBin(gap), last), ownDecay],
    ] as const;
    for (const [key, decay] of keys) {
      let table = this.#tables.get(key);
      if (table === undefined) {
        table = { count: 0, reached: new Float64Array(positionBins) };
        this.#tables.set(key, table);
      }
      table.count = table.count * decay + 1;
      for (let b = 0; b < positionBins; b++) {
        const reached = (b + 0.5) / positionBins <= share + 1e-9 ? 1 : 0;
        table.reached[b] = (table.reached[b] ?? 0) * decay + reached;
      }
    }
    while (this.#tables.size > maxTables) this.#forget();
  }

  /**
   * Expected share of the prompt's first `position` (in (0, 1]) that is reused if the next call of the agent comes
   * `gap` steps after it.
   */
  share(agent: number, gap: number, last: LastAmount, position: number): number {
    const upTo = Math.max(1, Math.min(positionBins, Math.ceil(position * positionBins - 1e-9)));
    const bin = gapBin(gap);
    let sum = 0;
    const all = this.#tables.get(globalKey);
    const ofAgent = this.#tables.get(agentKey(agent));
    const ofGap = this.#tables.get(gapKey(agent, bin));
    const joint = this.#tables.get(jointKey(agent, bin, last));
    for (let b = 0; b < upTo; b++) {
      let share = backOff(all, 1, b, 0);
      share = backOff(ofAgent, share, b, 1);
      share = backOff(ofGap, share, b, 2);
      sum += backOff(joint, share, b, 2);
    }
    return Math.min(1, sum / upTo);
  }

  /** The same for each of the coming steps, when `since` steps have passed already. */
  shares(agent: number, since: number, last: LastAmount, position: number): Float64Array {
    const byBin: (number | undefined)[] = [];
    const shares = new Float64Array(horizonSteps);
    for (let k = 0; k < horizonSteps; k++) {
      const gap = since + k + 1;
      shares[k] = byBin[gapBin(gap)] ??= this.share(agent, gap, last, position);
    }
    return shares;
  }

  tables(): readonly (readonly [key: number, count: number, reached: readonly number[]])[] {
    return [...this.#tables].map(([key, { count, reached }]) => [key, count, [...reached]]);
  }

  restore(
    tables: readonly (readonly [key: number, count: number, reached: readonly number[]])[],
  ): void {
    for (const [key, count, reached] of tables) {
      this.#tables.set(key, { count, reached: Float64Array.from(reached) });
    }
  }

  #forget(): void {
    let least: number | undefined;
    let leastCount = Infinity;
    for (const [key, { count }] of this.#tables) {
      if (key !== globalKey && count < leastCount) [least, leastCount] = [key, count];
    }
    if (least !== undefined) this.#tables.delete(least);
  }
}

function backOff(
  table: AmountTable | undefined,
  wider: number,
  bin: number,
  pseudoCount: number,
): number {
  if (table === undefined) return wider;
  return ((table.reached[bin] ?? 0) + pseudoCount * wider) / (table.count + pseudoCount);
}

/** Keys are one range of numbers: agent, then 0 = all gaps, else gap bin, then 0 = all amounts, else last amount + 1. */
function jointKey(agent: number, gap: number, last: LastAmount): number {
  return (agent * (gapBins + 1) + gap + 1) * 4 + last + 1;
}
function gapKey(agent: number, gap: number): number {
  return (agent * (gapBins + 1) + gap + 1) * 4;
}
function agentKey(agent: number): number {
  return agent * (gapBins + 1) * 4;
}
