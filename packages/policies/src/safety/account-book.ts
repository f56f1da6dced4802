import type { BudgetStore } from './budget-store.ts';
import type { Budget } from './options.ts';
import { minus, nothingSpent } from './spending.ts';
import type { Spending } from './spending.ts';

/** An account, what it may spend, and what it is called in a reason. */
export interface Account {
  readonly key: string;
  readonly budget: Budget;
  readonly of: string;
}

/** Spends from several accounts at once, all or none, and takes a store that fails for one that says no. */
export class AccountBook {
  readonly #store: BudgetStore;
  readonly #warn: (message: string) => void;
  #failures = 0;

  constructor(store: BudgetStore, warn: (message: string) => void) {
    this.#store = store;
    this.#warn = warn;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Adds to every account; says why not where that would pass a limit, and then nothing is added. */
  spend(accounts: readonly Account[], by: Spending): string | undefined {
    const spent: string[] = [];
    for (const { key, budget, of } of accounts) {
      const sum = this.#add(key, by);
      const reason = sum === undefined ? `the budget of ${of} cannot be read` : passed(sum, budget);
      if (sum !== undefined) spent.push(key);
      if (reason === undefined) continue;
      for (const back of spent) this.correct(back, minus(nothingSpent, by));
      return sum === undefined ? reason : `${of} has used up its budget of ${reason}`;
    }
    return undefined;
  }

  /** What turned out to be more or less than was spent. Where the store fails the larger sum stays. */
  correct(key: string, by: Spending): void {
    this.#add(key, by);
  }

  drop(key: string): void {
    try {
      this.#store.drop(key);
    } catch (error) {
      this.#failed(error);
    }
  }

  #add(key: string, by: Spending): Spending | undefined {
    try {
      const sum = this.#store.add(key, by);
      // From untyped code: a sum that is no number is below no limit.
      if (Object.keys(nothingSpent).every((part) => isNumber(sum, part))) return sum;
      throw new TypeError(`add() gave ${JSON.stringify(sum)}, not a sum`);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(`safety: the budget store fails, and calls are refused while it does: ${reason}`);
  }
}

function isNumber(sum: object, part: string): boolean {
  return Number.isFinite(Object.entries(sum).find(([name]) => name === part)?.[1]);
}

function passed(sum: Spending, { calls, tokens, usd, steps }: Budget): string | undefined {
  if (calls !== undefined && sum.calls > calls) return `${calls} calls`;
  if (steps !== undefined && sum.steps > steps) return `${steps} steps`;
  if (tokens !== undefined && sum.tokens > tokens) {
    return `${tokens} tokens: ${sum.tokens} with this call`;
  }
  if (usd !== undefined && sum.usd > usd) {
    return `$${usd}: $${sum.usd.toPrecision(4)} with this call`;
  }
  return undefined;
}
