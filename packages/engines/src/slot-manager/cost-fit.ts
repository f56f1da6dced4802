import type { CostModel, Milliseconds, Tier } from '@entresol/runtime-core';
import { TransferFit } from './transfer-fit.ts';
import { TransferRetry } from './transfer-retry.ts';

/** Prior costs: 4.9 M parameters on two CPU cores, 2,400 tokens a second, 3.1 KB of KV a token. Replaced by what is seen. */
const prior = {
  perToken: 0.42,
  perThousandDepth: 0.02,
  transferBase: 1,
  transferPerToken: 0.0035,
  bytes: 3_100,
};
/** A sample a hundred samples old weighs a third of a new one: machines get busy and free again. */
const forgetting = 0.99;
/** Past this the covariance grows no more: long idling on one kind of prompt must not make the fit jumpy. */
const maxVariance = 100;
const depthUnit = 1_000;
const referenceTokens = 250;
const minLearnedTokens = 32;
/**
 * Cost of this engine's work, fitted from work done. One token at depth d costs a + c·d (weights plus attention), by
 * recursive least squares with forgetting (Ljung 1999, System Identification, section 11.2).
 */
export class CostFit implements CostModel {
  #perToken = prior.perToken;
  /** Per token and thousand tokens of depth. */
  #perDepth = prior.perThousandDepth;
  /** Upper triangle of the covariance, up to the scale of the noise: so wide that the prior yields to the first chunks. */
  #covariance: readonly [number, number, number] = [maxVariance, 0, maxVariance];
  readonly #load = new TransferFit(prior.transferBase, prior.transferPerToken);
  readonly #save = new TransferFit(prior.transferBase, prior.transferPerToken);
  readonly #retry = new TransferRetry();
  #bytesPerToken = prior.bytes;
  #bytesBase = 0;
  #leastLoadMs: ((bytes: number) => Milliseconds) | undefined;

  computeMs(from: number, to: number): Milliseconds {
    if (to <= from) return 0;
    const tokens = to - from;
    // Both are costs: a noisy run may not make one negative.
    const perDepth = Math.max(0, this.#perDepth);
    return tokens * (Math.max(0, this.#perToken) + (perDepth * (from + to)) / 2 / depthUnit);
  }

  loadMs(tokens: number, tier: Tier): Milliseconds {
    if (tier === 'device' || tokens <= 0) return 0;
    const fitted = this.#load.ms(tokens);
    const least = this.#leastLoadMs?.(this.footprintBytes(tokens)) ?? 0;
    return Math.max(fitted, least);
  }

  footprintBytes(tokens: number): number {
    return tokens <= 0 ? 0 : Math.ceil(this.#bytesBase + this.#bytesPerToken * tokens);
  }

  /** States whose bytes cannot move faster than this: known beforehand, so not learned load by load. */
  limitLoads(leastMs: (bytes: number) => Milliseconds): void {
    this.#leastLoadMs = leastMs;
  }

  /** Two saved states of different length fix the line; KV grows by the same bytes with every token. */
  learnSize(few: { tokens: number; bytes: number }, many: { tokens: number; bytes: number }): void {
    this.#bytesPerToken = (many.bytes - few.bytes) / (many.tokens - few.tokens);
    this.#bytesBase = Math.max(0, few.bytes - this.#bytesPerToken * few.tokens);
  }

  learnLoad(tokens: number, tookMs: Milliseconds): void {
    this.#load.learn(tokens, tookMs);
    this.#retry.loaded();
  }

  learnSave(tokens: number, tookMs: Milliseconds): void {
    this.#save.learn(tokens, tookMs);
    this.#retry.saved();
  }

  /**
   * Does a state of so many tokens cost less to bring back than to compute? Where a GPU computes faster than states move,
   * it does not. True until loads have been seen, and now and then to see whether the figures still hold.
   */
  loadPays(tokens: number, from: number, to: number): boolean {
    if (!this.#load.known || this.loadMs(tokens, 'disk') < this.computeMs(from, to)) return true;
    if (!this.#retry.load) this.#retry.refused();
    return this.#retry.load;
  }

  /**
   * Would saving a state and bringing it back once cost less than computing it? True until both have been seen, and now
   * and then to see whether the figures still hold.
   */
  savePays(tokens: number): boolean {
    if (!this.#load.known || !this.#save.known) return true;
    const bothWaysMs = this.#save.ms(tokens) + this.loadMs(tokens, 'disk');
    if (bothWaysMs < this.computeMs(0, tokens)) return true;
    if (!this.#retry.save) this.#retry.refused();
    return this.#retry.save;
  }

  /** Only of work that had the engine to itself: a shared batch says nothing about one sequence. */
  learnCompute(from: number, to: number, tookMs: Milliseconds): void {
    const tokens = to - from;
    // What a batch costs however small it is would be taken for the cost of a token.
    if (tokens < minLearnedTokens) return;
    const depth = (from + to) / 2 / depthUnit;
    const [p, q, r] = this.#covariance;
    const px = p + q * depth;
    const py = q + r * depth;
    // A longer chunk is a better measurement of one token.
    const scale = forgetting * (referenceTokens / tokens) + px + py * depth;
    const error = tookMs / tokens - (this.#perToken + this.#perDepth * depth);
    this.#perToken += (px / scale) * error;
    this.#perDepth += (py / scale) * error;
    const forget = Math.max(p, r) < maxVariance ? forgetting : 1;
    this.#covariance = [
      (p - (px * px) / scale) / forget,
      (q - (px * py) / scale) / forget,
      (r - (py * py) / scale) / forget,
    ];
  }
}
