import type { PolicyMode, TenantId } from '@entresol/runtime-core';
import {
  checkedEntries,
  checkMode,
  checkNames,
  checkNumbers,
  checkOneOf,
  checkPositive,
} from '@entresol/runtime-core/option-checks';

/** What one token counts. The ratio is what matters. */
export interface TokenCosts {
  /** A prompt token that is computed. Default 1. */
  readonly input: number;
  /** A prompt token that the engine has cached. Default 0.1, as hosted APIs price it. */
  readonly cachedInput: number;
  /** A token of the reply. Default 2 (VTC, Sheng et al., OSDI 2024). */
  readonly output: number;
}

export interface FairnessOptions {
  readonly mode?: PolicyMode;
  /**
   * `tenants-and-runs`: tenants share the endpoint by weight, and the sessions of a tenant share what it gets equally.
   * `tenants`: within a tenant the order is left to others. Default `tenants-and-runs`.
   */
  readonly between?: 'tenants-and-runs' | 'tenants';
  /** Share of a tenant relative to others, above 0. Default 1 each. */
  readonly weights?: Readonly<Record<TenantId, number>>;
  readonly costs?: Partial<TokenCosts>;
  /** Tokens of a reply that are expected of an agent before it has given one. Default 256. */
  readonly expectedOutputTokens?: number;
}

/** @throws {RangeError} naming the option, its value and its range */
export function checkOptions(options: FairnessOptions): void {
  checkNames(options, ['mode', 'between', 'weights', 'costs', 'expectedOutputTokens']);
  const { mode, between, weights, costs = {}, expectedOutputTokens } = options;
  checkMode(mode);
  checkOneOf('between', between, ['tenants-and-runs', 'tenants']);
  for (const [tenant, weight] of checkedEntries('weights', weights)) {
    checkPositive({ [`weights['${tenant}']`]: weight ?? Number.NaN });
  }
  checkNames(costs, ['input', 'cachedInput', 'output'], 'costs');
  const { input, cachedInput, output } = costs;
  checkNumbers({
    'costs.input': input,
    'costs.cachedInput': cachedInput,
    'costs.output': output,
    expectedOutputTokens,
  });
}
