import type { CostModel } from '@entresol/runtime-core';
import type { CostFit } from '../slot-manager/cost-fit.ts';
import type { HostedDialect } from './hosted-dialect.ts';
import type { PriceList } from './price-list.ts';

/** Models whose cost is remembered; their names come from requests. */
const maxModels = 1_024;

/** What prompts cost by model: time as it was measured, money at list prices. */
export class ModelCosts {
  readonly #dialect: HostedDialect;
  readonly #prices: PriceList;
  readonly #fit: CostFit;
  readonly #costs = new Map<string, CostModel>();

  constructor(dialect: HostedDialect, prices: PriceList, fit: CostFit) {
    this.#dialect = dialect;
    this.#prices = prices;
    this.#fit = fit;
  }

  of(model: string): CostModel {
    const known = this.#costs.get(model);
    if (known !== undefined) return known;
    const prices = this.#prices.of(model);
    const cache = prices && this.#dialect.cachePrices(model, prices);
    const fit = this.#fit;
    const cost: CostModel = {
      computeMs: (from, to) => fit.computeMs(from, to),
      // A provider's cache is ready to use where it is.
      loadMs: () => 0,
      footprintBytes: (tokens) => fit.footprintBytes(tokens),
      ...(prices && cache && { money: { perInputToken: prices.input, ...cache } }),
    };
    if (this.#costs.size < maxModels) this.#costs.set(model, cost);
    return cost;
  }
}
