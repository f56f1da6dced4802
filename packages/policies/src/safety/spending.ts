/** What was used, or may be: every part is a sum and never below 0 but for rounding. */
export interface Spending {
  /** LLM calls, attempts included. */
  readonly calls: number;
  /** Tokens, input and output. */
  readonly tokens: number;
  readonly usd: number;
  /** Steps between agents. */
  readonly steps: number;
}

export const nothingSpent: Spending = { calls: 0, tokens: 0, usd: 0, steps: 0 };

export function plus(a: Spending, b: Spending): Spending {
  return {
    calls: a.calls + b.calls,
    tokens: a.tokens + b.tokens,
    usd: a.usd + b.usd,
    steps: a.steps + b.steps,
  };
}

export function minus(a: Spending, b: Spending): Spending {
  return plus(a, { calls: -b.calls, tokens: -b.tokens, usd: -b.usd, steps: -b.steps });
}
