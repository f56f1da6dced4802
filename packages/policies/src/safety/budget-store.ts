import { nothingSpent, plus } from './spending.ts';
import type { Spending } from './spending.ts';

/**
 * Where sums are kept. Synchronous, since it is asked on the request path: memory, a SQLite file, a local copy of
 * something remote. Whatever it throws, the call is refused.
 */
export interface BudgetStore {
  /**
   * Adds to an account and answers with its sum, in one step that no other process comes between. An account that is not
   * there has spent nothing. Parts of `by` may be below 0: a reservation is given back.
   */
  add(account: string, by: Spending): Spending;
  /** The run or the session is over and its account is not asked for again. */
  drop(account: string): void;
}

/** Sums of this process, gone with it. */
export function memoryBudgets(): BudgetStore {
  const accounts = new Map<string, Spending>();
  return {
    add(account, by) {
      const sum = plus(accounts.get(account) ?? nothingSpent, by);
      accounts.set(account, sum);
      return sum;
    },
    drop: (account) => void accounts.delete(account),
  };
}
