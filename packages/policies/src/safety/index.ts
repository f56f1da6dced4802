export { memoryBudgets } from './budget-store.ts';
export type { BudgetStore } from './budget-store.ts';
export { safety } from './safety.ts';
export type { SafetyFigures, SafetyPolicy, SafetyRecord } from './safety.ts';
export type { AgentLists, Budget, SafetyOptions, TimedBudget, TransitionRules } from './options.ts';
export type { Spending } from './spending.ts';
export type { TokenPrices } from './token-prices.ts';
