import { embedded } from '@entresol/engines/embedded';
import type { Trace } from '@entresol/replay';
import { createRuntime } from '@entresol/runtime-core';
import { engineSizing } from '../demo/sizing.ts';
import { tierTokensFor } from '../trace-load/tier-size.ts';

interface Sizing {
  readonly sample: Trace;
  readonly seed: number;
  readonly concurrency: number;
  /** Slots and second tier over the peak working set: what the sessions that are open at once can still use. */
  readonly share: number;
}

/** Found out once: a token's state has the same size in every workload. */
let bytesPerToken: Promise<number> | undefined;

/** Bytes of the second tier with which slots and tier hold that share; 0 where the slots alone hold more. */
export async function tierBytesFor(
  { sample, seed, concurrency, share }: Sizing,
  signal: AbortSignal,
): Promise<number> {
  const { slots } = engineSizing;
  const tokens = tierTokensFor([{ seed, sample }], { share, slots, concurrency });
  bytesPerToken ??= stateBytesPerToken(signal);
  return Math.round(tokens * (await bytesPerToken));
}

async function stateBytesPerToken(signal: AbortSignal): Promise<number> {
  const engine = embedded({ ...engineSizing, signal });
  const runtime = createRuntime({ engines: engine });
  try {
    await runtime.ready;
    return engine.info().stateBytesPerToken;
  } finally {
    await runtime.close();
  }
}
