import type { Clock, Milliseconds, PrefixRef } from '@entresol/runtime-core';
import { ShadowCache, type ShadowCacheOptions } from './shadow-cache.ts';

/** Tokens that touches may be behind: what it costs to find out that they do not pay. */
const creditTokens = 512;
/** The models give prompts up as a whole, the engine block by block: they make more of touches than is true. */
const margin = 2;
/** Gains beyond this are not saved up: an order that has become worse is to be noticed soon. */
const mostTokens = 16 * creditTokens;
/** In which half of a debt, or of a gain, is forgotten; after it, what did not pay is tried again. */
const halfLifeMs: Milliseconds = 600_000;

/**
 * Do touches pay? Two caches that go by age alone are kept beside the engine's: one that is touched, one that is not. What
 * a call would find in the first and not in the second, touches have saved; what it would find in the second alone, they
 * have displaced. Against it stands what they have computed. Both caches are models with the same faults, so that these
 * hardly show in the difference.
 */
export class TouchBalance {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #touched: ShadowCache;
  readonly #untouched: ShadowCache;
  #tokens = creditTokens;
  #atMs: Milliseconds;
  #savedTokens = 0;
  #computedTokens = 0;

  constructor(ancestry: ShadowCacheOptions['ancestry'], clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#atMs = clock.now();
    this.#touched = new ShadowCache({ ancestry });
    this.#untouched = new ShadowCache({ ancestry });
  }

  /** False while they have cost more than they saved. */
  get pays(): boolean {
    this.#age();
    return this.#tokens > 0;
  }

  /** Net of what they displaced, and what they computed: since the driver was made. */
  get figures(): { readonly savedTokens: number; readonly computedTokens: number } {
    return { savedTokens: this.#savedTokens, computedTokens: this.#computedTokens };
  }

  limit(capacityTokens: number): void {
    this.#touched.limit(capacityTokens);
    this.#untouched.limit(capacityTokens);
  }

  /** A call is on its way. */
  begun(chain: readonly PrefixRef[]): void {
    const whole = chain.at(-1);
    if (whole !== undefined) {
      const saved = this.#touched.of(whole).tokens - this.#untouched.of(whole).tokens;
      this.#savedTokens += saved;
      this.#book(saved);
    }
    this.used(chain);
  }

  /** It is over, or a prompt was computed ahead. */
  used(chain: readonly PrefixRef[], replyTokens = 0): void {
    const nowMs = this.#clock.now();
    this.#touched.used(chain, nowMs, undefined, replyTokens);
    this.#untouched.used(chain, nowMs, undefined, replyTokens);
  }

  touched(prefix: PrefixRef, computedTokens: number): void {
    this.#touched.used([prefix], this.#clock.now(), undefined);
    this.#computedTokens += computedTokens;
    this.#book(-margin * computedTokens);
  }

  clear(): void {
    this.#touched.clear();
    this.#untouched.clear();
  }

  #book(tokens: number): void {
    this.#age();
    this.#tokens = Math.min(mostTokens, this.#tokens + tokens);
  }

  #age(): void {
    const nowMs = this.#clock.now();
    const kept = 2 ** (-Math.max(0, nowMs - this.#atMs) / halfLifeMs);
    this.#tokens = creditTokens + (this.#tokens - creditTokens) * kept;
    this.#atMs = nowMs;
  }
}
