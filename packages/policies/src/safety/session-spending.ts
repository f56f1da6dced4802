import type { CallId, Usage } from '@entresol/runtime-core';
import type { Budget } from './options.ts';

/** What one session has used and what its calls under way may still use. */
export class SessionSpending {
  #calls = 0;
  #tokens = 0;
  readonly #reserved = new Map<CallId, number>();

  /** Reserves the most that the call can use; says what is used up where that passes a limit, and then reserves nothing. */
  reserve(call: CallId, inputTokens: number, budget: Budget): string | undefined {
    if (budget.calls !== undefined && this.#calls + 1 > budget.calls) {
      return `the session's budget of ${budget.calls} calls is used up`;
    }
    const most = inputTokens + (budget.outputTokensPerCall ?? 0);
    let open = this.#tokens + most;
    for (const tokens of this.#reserved.values()) open += tokens;
    if (budget.tokens !== undefined && open > budget.tokens) {
      return `the session's budget of ${budget.tokens} tokens could be passed: ${open} with this call`;
    }
    this.#calls += 1;
    // A retry is sent again: what its first attempt may have used stays used.
    this.settle(call, undefined);
    this.#reserved.set(call, most);
    return undefined;
  }

  /** Without a usage the whole reservation counts as used: nobody knows better. */
  settle(call: CallId, usage: Usage | undefined): void {
    const most = this.#reserved.get(call);
    if (most === undefined) return;
    this.#reserved.delete(call);
    this.#tokens += usage === undefined ? most : usage.input + usage.output;
  }
}
