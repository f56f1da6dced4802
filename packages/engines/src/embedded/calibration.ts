import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { CostFit } from '../slot-manager/cost-fit.ts';
import type { SlotSequence } from '../slot-manager/slot-sequence.ts';

/** Lengths whose saved states are measured; the size of a state is linear in its tokens. */
const lengths = [16, 48] as const;

/**
 * Measures how large saved states are, so that the budget of the second tier holds from the first save on. Costs the
 * prefill of a few dozen tokens, and shows at once when the folder cannot be written.
 */
export async function calibrateSizes(
  sequence: SlotSequence,
  folder: string,
  cost: CostFit,
): Promise<void> {
  const path = join(folder, 'calibration.state');
  const [few, many] = lengths;
  try {
    await sequence.prefill(new Int32Array(few).fill(1), 'request');
    const fewBytes = await sequence.save(path);
    await sequence.prefill(new Int32Array(many - few).fill(1), 'request');
    const manyBytes = await sequence.save(path);
    cost.learnSize({ tokens: few, bytes: fewBytes }, { tokens: many, bytes: manyBytes });
  } finally {
    await rm(path, { force: true });
    await sequence.trim(0);
  }
}
