import type { AgentId, Milliseconds } from '@entresol/runtime-core';
import {
  checkedEntries,
  checkFunctions,
  checkNames,
  checkNumbers,
  checkOneOf,
  checkPort,
  checkPositive,
  checkTexts,
  checkWhole,
} from '@entresol/runtime-core/option-checks';
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

const names = [
  'tools',
  'transitions',
  'sameToolCalls',
  'perRun',
  'perSession',
  'perAgent',
  'perTenant',
  'outputTokensPerCall',
  'usdPerMillionTokens',
  'budgets',
  'warn',
  'approve',
];
const counted = ['calls', 'tokens', 'usd', 'steps'];
/** What each budget may limit. */
const budgetParts = {
  perRun: [...counted, 'wallMs'],
  perSession: [...counted, 'wallMs'],
  perAgent: counted,
  perTenant: ['calls', 'tokens', 'usd'],
} as const;
const budgetNames = ['perRun', 'perSession', 'perAgent', 'perTenant'] as const;

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: SafetyOptions): void {
  checkNames(options, names);
  const { sameToolCalls, outputTokensPerCall, usdPerMillionTokens } = options;
  checkWhole({ sameToolCalls, outputTokensPerCall });
  checkLists('tools', options.tools);
  checkTransitions(options.transitions);
  checkTexts('approve', options.approve);
  checkPort('budgets', options.budgets, ['add', 'drop']);
  checkFunctions({ warn: options.warn });
  for (const [model, prices] of checkedEntries('usdPerMillionTokens', usdPerMillionTokens)) {
    const at = `usdPerMillionTokens['${model}']`;
    checkNames(prices, ['input', 'cacheRead', 'cacheWrite', 'output'], at);
    for (const [name, usd] of checkedEntries(at, prices)) {
      checkNumbers({ [`${at}.${name}`]: usd });
    }
    for (const name of ['input', 'output'] as const) {
      checkNumbers({ [`${at}.${name}`]: usdPerMillionTokens?.[model]?.[name] ?? 'not set' });
    }
  }
  for (const name of budgetNames) checkBudget(name, options);
}

function checkBudget(name: (typeof budgetNames)[number], options: SafetyOptions): void {
  const given = options[name];
  if (given === undefined) return;
  checkNames(given, budgetParts[name], name);
  const { calls, tokens, usd, steps, wallMs }: TimedBudget = given;
  checkWhole({ [`${name}.calls`]: calls, [`${name}.tokens`]: tokens, [`${name}.steps`]: steps });
  checkPositive({ [`${name}.usd`]: usd, [`${name}.wallMs`]: wallMs });
  const { outputTokensPerCall, usdPerMillionTokens } = options;
  if ((tokens ?? usd) !== undefined && outputTokensPerCall === undefined) {
    throw new RangeError(
      `${name} ${JSON.stringify(given)} needs outputTokensPerCall: without it no call can be checked before it is sent`,
    );
  }
  if (usd !== undefined && usdPerMillionTokens === undefined) {
    throw new RangeError(`${name}.usd ${usd} needs usdPerMillionTokens`);
  }
}

function checkTransitions(rules: TransitionRules | undefined): void {
  if (rules === undefined) return;
  checkNames(rules, ['from', 'allow', 'sessions'], 'transitions');
  checkOneOf('transitions.from', rules.from ?? 'not set', ['list', 'graph', 'practice']);
  checkLists('transitions.allow', rules.from === 'list' ? (rules.allow ?? 'not set') : rules.allow);
  if (rules.from === 'practice') {
    checkWhole({ 'transitions.sessions': rules.sessions ?? 'not set' });
  }
}

function checkLists(name: string, lists: unknown): void {
  for (const [agent, list] of checkedEntries(name, lists)) {
    checkTexts(`${name}['${agent}']`, list ?? 'not set');
  }
}
