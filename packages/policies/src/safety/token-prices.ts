import type { Usage } from '@entresol/runtime-core';

/** US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** Input that the cache had. Default: as `input`. */
  readonly cacheRead?: number;
  /** Input that is written to the cache. Default: as `input`. */
  readonly cacheWrite?: number;
}

const perToken = 1e-6;

/** The most that a call can cost: all of its input written, all of its output used. */
export function mostUsd(prices: TokenPrices, inputTokens: number, outputTokens: number): number {
  const { input, output, cacheRead = input, cacheWrite = input } = prices;
  const dearest = Math.max(input, cacheRead, cacheWrite);
  return (inputTokens * dearest + outputTokens * output) * perToken;
}

export function usdOf(prices: TokenPrices, usage: Usage): number {
  const { input, output, cacheRead = input, cacheWrite = input } = prices;
  const { cacheRead: read = 0, cacheWrite: written = 0 } = usage;
  const plain = Math.max(0, usage.input - read - written);
  const usd = plain * input + read * cacheRead + written * cacheWrite + usage.output * output;
  return usd * perToken;
}
