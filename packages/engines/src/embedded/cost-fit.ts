import type { CostModel, Milliseconds, Tier } from '@entresol/runtime-core';

/** Prior costs: 4.9 M parameters on two CPU cores, 2,400 tokens a second, 3.1 KB of KV a token. Replaced by what is seen. */
const prior = {
  perToken: 0.42,
  perTokenAndDepth: 2e-5,
  loadBase: 1,
  loadPerToken: 0.0035,
  bytes: 3_100,
};
/** A sample a hundred samples old weighs a third of a new one: machines get busy and free again. */
const forgetting = 0.99;
/** Share of the newest load in the running mean. */
const loadShare = 0.2;

/**
 * Cost of this engine's work, fitted from work done. Computing n tokens around depth d costs a·n + c·n·d (weights plus
 * attention), by recursive least squares with forgetting (Ljung 1999, System Identification, section 11.2).
 */
export class CostFit implements CostModel {
  #theta: [number, number] = [prior.perToken, prior.perTokenAndDepth];
  /** Covariance up to scale; small enough that the prior yields after a few chunks, in the units of n and n·d/1000. */
  #covariance: [number, number, number] = [1e-4, 0, 1e-9];
  #loadPerToken = prior.loadPerToken;
  #bytesPerToken = prior.bytes;
  #bytesBase = 0;

  computeMs(from: number, to: number): Milliseconds {
    if (to <= from) return 0;
    const tokens = to - from;
    const [perToken, perDepth] = this.#theta;
    return Math.max(0, perToken * tokens + (perDepth * tokens * (from + to)) / 2);
  }

  loadMs(tokens: number, tier: Tier): Milliseconds {
    return tier === 'device' || tokens <= 0 ? 0 : prior.loadBase + this.#loadPerToken * tokens;
  }

  footprintBytes(tokens: number): number {
    return tokens <= 0 ? 0 : Math.ceil(this.#bytesBase + this.#bytesPerToken * tokens);
  }

  /** Two saved states of different length fix the line; KV grows by the same bytes with every token. */
  learnSize(few: { tokens: number; bytes: number }, many: { tokens: number; bytes: number }): void {
    this.#bytesPerToken = (many.bytes - few.bytes) / (many.tokens - few.tokens);
    this.#bytesBase = Math.max(0, few.bytes - this.#bytesPerToken * few.tokens);
  }

  learnLoad(tokens: number, tookMs: Milliseconds): void {
    if (tokens <= 0) return;
    const seen = Math.max(0, tookMs - prior.loadBase) / tokens;
    this.#loadPerToken += loadShare * (seen - this.#loadPerToken);
  }

  /** Only of work that had the engine to itself: a shared batch says nothing about one sequence. */
  learnCompute(from: number, to: number, tookMs: Milliseconds): void {
    const tokens = to - from;
    if (tokens <= 0) return;
    const x = tokens;
    const y = (tokens * (from + to)) / 2;
    const [p, q, r] = this.#covariance;
    const px = p * x + q * y;
    const py = q * x + r * y;
    // Noise grows with the work, so the error is weighed by its size.
    const scale = forgetting * tokens + x * px + y * py;
    const gainX = px / scale;
    const gainY = py / scale;
    const error = tookMs - (this.#theta[0] * x + this.#theta[1] * y);
    // Both coefficients are costs: a noisy run may not make one negative.
    this.#theta = [
      Math.max(1e-6, this.#theta[0] + gainX * error),
      Math.max(0, this.#theta[1] + gainY * error),
    ];
    this.#covariance = [
      Math.min(1, (p - gainX * px) / forgetting),
      (q - gainX * py) / forgetting,
      Math.min(1e-4, (r - gainY * py) / forgetting),
    ];
  }
}
