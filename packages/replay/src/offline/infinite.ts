import type { BlockLoad } from '../load/block-load.ts';

/** A capacity that holds everything at once: replayed with it, any policy is the infinite cache. */
export function unlimitedBlocks({ sessions }: BlockLoad): number {
  return sessions.reduce(
    (sum, calls) => sum + calls.reduce((own, { blocks }) => own + blocks, 0),
    1,
  );
}
