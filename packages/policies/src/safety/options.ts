import type { AgentId, Milliseconds } from '@entresol/runtime-core';
import type { BudgetStore } from './budget-store.ts';
import type { TokenPrices } from './token-prices.ts';

/** What may be used. A call or a step that could pass a limit does not happen. Undefined: no limit. */
export interface Budget {
  /** LLM calls, attempts included. */
  readonly calls?: number;
  /** Tokens, input and output. Needs `outputTokensPerCall`. */
  readonly tokens?: number;
  /** US dollars at `usdPerMillionTokens`. Needs that and `outputTokensPerCall`. */
  readonly usd?: number;
  /** Steps between agents. */
  readonly steps?: number;
}

/** A budget of something that begins and ends. */
export interface TimedBudget extends Budget {
  /** Wall-clock time since it began; nothing new is begun later. What is under way then is not stopped. */
  readonly wallMs?: Milliseconds;
}

/** Which agents may follow which. */
export type AgentLists = Readonly<Record<AgentId, readonly AgentId[]>>;

/** Steps between agents that may be taken. The first step of a run has nothing before it and is always free. */
export type TransitionRules =
  /** These and no others. */
  | { readonly from: 'list'; readonly allow: AgentLists }
  /** Strict: edges of the graph as it was declared, and those listed. */
  | { readonly from: 'graph'; readonly allow?: AgentLists }
  /**
   * Lenient: edges of the graph, those listed, and every step that was seen in the first `sessions` sessions, in which all
   * are free.
   */
  | { readonly from: 'practice'; readonly sessions: number; readonly allow?: AgentLists };

export interface SafetyOptions {
  /** Tools that each listed agent may call. An agent that is not listed may call none. Undefined: not checked. */
  readonly tools?: AgentLists;
  /** Undefined: not checked. */
  readonly transitions?: TransitionRules;
  /** Times that an agent may make the same tool call, one after the other, in a session. Undefined: not checked. */
  readonly sameToolCalls?: number;
  /** Of one invocation of the app, from its start to its end or interrupt. */
  readonly perRun?: TimedBudget;
  readonly perSession?: TimedBudget;
  /** Of each agent over all sessions, for as long as the store keeps its sums. Its steps are those that lead to it. */
  readonly perAgent?: Budget;
  /** Of each tenant, for as long as the store keeps its sums. A call without a tenant is refused. */
  readonly perTenant?: Omit<Budget, 'steps'>;
  /** The most a call of the app can answer, as it bounds its calls (`max_tokens`); reserved before each call. */
  readonly outputTokensPerCall?: number;
  /** By model, as requests name it. A call of another model is refused where a budget is in dollars. */
  readonly usdPerMillionTokens?: Readonly<Record<string, TokenPrices>>;
  /** Default: the memory of this process. One that fails refuses what it was asked about. */
  readonly budgets?: BudgetStore;
  /** Hears once of a store that fails; {@link SafetyPolicy.figures} counts. Default: a warning of the Node process. */
  readonly warn?: (message: string) => void;
  /** Tools for which the user is asked, through the framework's own interrupt; refused where nobody can be asked. */
  readonly approve?: readonly string[];
}

const budgetNames = ['perRun', 'perSession', 'perAgent', 'perTenant'] as const;

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: SafetyOptions): void {
  const { sameToolCalls, outputTokensPerCall, transitions, usdPerMillionTokens } = options;
  whole('sameToolCalls', sameToolCalls);
  whole('outputTokensPerCall', outputTokensPerCall);
  if (transitions?.from === 'practice') whole('transitions.sessions', transitions.sessions);
  for (const [model, prices] of Object.entries(usdPerMillionTokens ?? {})) {
    for (const [name, usd] of Object.entries(prices)) {
      if (!(Number.isFinite(usd) && usd >= 0)) {
        const value = String(usd);
        throw new RangeError(
          `usdPerMillionTokens['${model}'].${name} must be a number of 0 or more, got ${value}`,
        );
      }
    }
  }
  for (const name of budgetNames) {
    const budget: TimedBudget = options[name] ?? {};
    whole(`${name}.calls`, budget.calls);
    whole(`${name}.tokens`, budget.tokens);
    whole(`${name}.steps`, budget.steps);
    positive(`${name}.usd`, budget.usd);
    positive(`${name}.wallMs`, budget.wallMs);
    const inTokens = budget.tokens ?? budget.usd;
    if (inTokens !== undefined && outputTokensPerCall === undefined) {
      throw new RangeError(
        `${name} ${JSON.stringify(budget)} needs outputTokensPerCall: without it no call can be checked before it is sent`,
      );
    }
    if (budget.usd !== undefined && usdPerMillionTokens === undefined) {
      throw new RangeError(`${name}.usd ${budget.usd} needs usdPerMillionTokens`);
    }
  }
}

function whole(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
    throw new RangeError(`${name} must be a whole number of 1 or more, got ${String(value)}`);
  }
}

function positive(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
    throw new RangeError(`${name} must be a number above 0, got ${String(value)}`);
  }
}
