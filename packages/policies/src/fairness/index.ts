export { fairness } from './fairness.ts';
export type { Fairness, FairnessFigures, TenantUse } from './fairness.ts';
export type { FairnessOptions, TokenCosts } from './options.ts';
