import type { EngineSpeed } from '../arm/arm-messages.ts';

/**
 * An 8 B model on one GPU, by arithmetic. Grouped-query attention of 32 layers, 8 KV heads of 128 dimensions, 16 bits:
 * 131,072 bytes of KV a token, so 2,200 tokens are 288 MB, which host memory brings back in 11.5 ms at 25 GB/s. Computing
 * them takes 2 operations a parameter and token: 88 ms at 400 TFLOP/s.
 */
const eightBillion = {
  kvBytesPerToken: 131_072,
  hostBytesPerSecond: 25e9,
  parameters: 8e9,
  operationsPerSecond: 400e12,
} as const;

/** Time to reload a token over the time to compute it: 0.13. */
export const reloadToRecomputeOf8B: number =
  eightBillion.kvBytesPerToken /
  eightBillion.hostBytesPerSecond /
  ((2 * eightBillion.parameters) / eightBillion.operationsPerSecond);

/** Bandwidth at which this engine's reloads cost the same share of its recomputes. */
export function tierBytesPerSecondLike8B(speed: EngineSpeed): number {
  const bytesComputedPerSecond = speed.computeTokensPerSecond * speed.stateBytesPerToken;
  return Math.round(bytesComputedPerSecond / reloadToRecomputeOf8B);
}
