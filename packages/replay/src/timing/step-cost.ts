/**
 * Time of one iteration of a continuous-batching engine, linear in what the iteration holds:
 * `baseMs + perPrefillTokenMs·n + perPrefillDepthMs·Σdepth + perDecodeMs·running + perContextTokenMs·context`,
 * and of what a host tier brings up beside it. All milliseconds.
 */
export interface StepCost {
  /** What an iteration takes however little it holds: weights are read, kernels launched. Above 0. */
  readonly baseMs: number;
  /** For each prompt token computed. */
  readonly perPrefillTokenMs: number;
  /** For each prompt token computed and each token before it (attention). */
  readonly perPrefillDepthMs: number;
  /** For each sequence that gets its next token. */
  readonly perDecodeMs: number;
  /** For each token of context that those sequences read (KV). */
  readonly perContextTokenMs: number;
  /** For each token that is brought up from the host tier, over a link that serves one call after the other. */
  readonly perLoadedTokenMs: number;
}

/**
 * Arithmetic, not a measurement: 8 B parameters in 16 bits (Llama 3 8B: 32 layers of 4,096, 8 KV heads of 128) on one H100
 * SXM (HBM3 3.35 TB/s by its data sheet; 400 TFLOP/s reached of 989, and 25 GB/s from host memory, as in docs/benchmarks.md).
 * Derivations: docs/replay/engine-model.md.
 */
export const gpu8b: StepCost = {
  baseMs: 16e9 / 3.35e9,
  perPrefillTokenMs: 16e9 / 400e9,
  perPrefillDepthMs: (4 * 4_096 * 32) / 400e9,
  perDecodeMs: 16e9 / 400e9,
  perContextTokenMs: 131_072 / 3.35e9,
  perLoadedTokenMs: 131_072 / 25e6,
};

/** Prefill of the tokens at positions `from` up to but not including `to`, without the iterations' base. */
export function prefillMs(cost: StepCost, from: number, to: number): number {
  // Σ of the positions, taken as an integral: chunks of any size then add up to the same.
  const depths = (to * to - from * from) / 2;
  return cost.perPrefillTokenMs * (to - from) + cost.perPrefillDepthMs * depths;
}

/** @throws {RangeError} when a term is negative or not finite, or the base is 0 */
export function checkStepCost(cost: StepCost): void {
  for (const [term, ms] of Object.entries(cost)) {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RangeError(`${term} is ${ms}; give milliseconds of at least 0`);
    }
  }
  if (cost.baseMs === 0) throw new RangeError('baseMs is 0; an iteration takes some time');
}
