import type { EngineBill } from '@entresol/runtime-core';
import type { BilledUsage } from './hosted-usage.ts';
import type { PriceList } from './price-list.ts';

/** Models without a price that are named at most. */
const maxNamed = 16;

/** Adds up what replies report, in tokens and at list prices in dollars. */
export class Bill {
  readonly #prices: PriceList;
  readonly #unpriced = new Set<string>();
  #requests = 0;
  #inputTokens = 0;
  #cachedTokens = 0;
  #writtenTokens = 0;
  #outputTokens = 0;
  #usd = 0;
  #uncachedUsd = 0;
  #background = { requests: 0, inputTokens: 0, usd: 0 };

  constructor(prices: PriceList) {
    this.#prices = prices;
  }

  /** @returns dollars; undefined for a model without a price */
  called(billed: BilledUsage, model: string): number | undefined {
    const { input, output, cacheRead = 0, cacheWrite = 0 } = billed.usage;
    this.#requests += 1;
    this.#inputTokens += input;
    this.#outputTokens += output;
    this.#cachedTokens += cacheRead;
    this.#writtenTokens += cacheWrite;
    const cost = this.priceOf(billed, model);
    if (cost === undefined) return undefined;
    this.#usd += cost.usd;
    this.#uncachedUsd += cost.uncachedUsd;
    return cost.usd;
  }

  /** A request of our own. @returns dollars; undefined for a model without a price */
  charged(billed: BilledUsage, model: string): number | undefined {
    const cost = this.priceOf(billed, model)?.usd;
    const { requests, inputTokens, usd } = this.#background;
    this.#background = {
      requests: requests + 1,
      inputTokens: inputTokens + billed.usage.input,
      usd: usd + (cost ?? 0),
    };
    return cost;
  }

  priceOf(
    { usage, model, written }: BilledUsage,
    asked: string,
  ): { readonly usd: number; readonly uncachedUsd: number } | undefined {
    const named = model ?? asked;
    const prices = this.#prices.of(named) ?? this.#prices.of(asked);
    if (prices === undefined) {
      if (this.#unpriced.size < maxNamed) this.#unpriced.add(named);
      return undefined;
    }
    const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
    const plain = Math.max(0, input - cacheRead - cacheWrite);
    const [cheapest] = prices.cacheWrite;
    let usd = plain * prices.input + cacheRead * prices.cacheRead + output * prices.output;
    let told = 0;
    for (const { ttlMs, tokens } of written) {
      const price = prices.cacheWrite.find((life) => life.ttlMs === ttlMs) ?? cheapest;
      usd += tokens * (price?.usd ?? prices.input);
      told += tokens;
    }
    usd += Math.max(0, cacheWrite - told) * (cheapest?.usd ?? prices.input);
    return { usd, uncachedUsd: input * prices.input + output * prices.output };
  }

  snapshot(): EngineBill {
    return {
      requests: this.#requests,
      inputTokens: this.#inputTokens,
      cachedTokens: this.#cachedTokens,
      writtenTokens: this.#writtenTokens,
      outputTokens: this.#outputTokens,
      usd: this.#usd,
      savedByCacheUsd: this.#uncachedUsd - this.#usd - this.#background.usd,
      background: this.#background,
      unpricedModels: [...this.#unpriced],
    };
  }
}
