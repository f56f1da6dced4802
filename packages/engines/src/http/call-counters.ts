import type { Usage } from '@entresol/runtime-core';

/** Counters since the driver was made, from what the engine reported. */
export interface CallStats {
  /** Calls whose usage came. */
  readonly requests: number;
  readonly promptTokens: number;
  /** 0 where the engine does not tell. */
  readonly cachedTokens: number;
  /** Prompt tokens that calls computed. */
  readonly computedPrefillTokens: number;
  /** Tokens that warm-ups and touches computed. */
  readonly backgroundTokens: number;
}

/** Mutable counters behind `stats()`. */
export class CallCounters {
  #requests = 0;
  #promptTokens = 0;
  #cachedTokens = 0;
  #backgroundTokens = 0;

  called({ input, cacheRead = 0 }: Usage): void {
    this.#requests += 1;
    this.#promptTokens += input;
    this.#cachedTokens += cacheRead;
  }

  charged(tokens: number): void {
    this.#backgroundTokens += tokens;
  }

  snapshot(): CallStats {
    return {
      requests: this.#requests,
      promptTokens: this.#promptTokens,
      cachedTokens: this.#cachedTokens,
      computedPrefillTokens: this.#promptTokens - this.#cachedTokens,
      backgroundTokens: this.#backgroundTokens,
    };
  }
}
