import type { CostFit } from '../slot-manager/cost-fit.ts';
import type { ServerSequence } from './server-sequence.ts';
import type { ServerStates } from './server-states.ts';

/** Lengths whose saved states are measured; the size of a state is linear in its tokens. */
const lengths = { few: 16, many: 48 } as const;

/** Measures how large saved slots are, so that their budget holds from the first one on. */
export async function calibrate(
  sequence: ServerSequence,
  states: ServerStates,
  cost: CostFit,
): Promise<void> {
  const { few, many } = lengths;
  await sequence.trim(0);
  await sequence.prefill(new Int32Array(few).fill(1));
  const small = await states.save(sequence);
  await sequence.prefill(new Int32Array(many - few).fill(1));
  const large = await states.save(sequence);
  cost.learnSize({ tokens: few, bytes: small.bytes }, { tokens: many, bytes: large.bytes });
  await states.remove(small);
  await states.remove(large);
  await sequence.trim(0);
}
