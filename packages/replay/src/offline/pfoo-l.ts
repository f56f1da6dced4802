import type { ReplacementMaker } from '../cache/replacement.ts';
import { ReplayCache } from '../cache/replay-cache.ts';
import type { BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import { unlimitedBlocks } from './infinite.ts';

/** A reuse: so many blocks would have to be held for so many calls. */
interface Interval {
  readonly blocks: number;
  readonly calls: number;
}

/**
 * PFOO-L (Berger, Beckmann and Harchol-Balter, SIGMETRICS 2018): an upper bound on the tokens that any policy can find
 * cached. Every reuse is an interval of space and time; the cheapest are taken until they fill the capacity over the
 * whole run, whether or not they fit at each moment. Blocks have one size and value, so cheapest = shortest.
 * @returns cached tokens
 */
export function pfooLower(load: BlockLoad, order: CallOrder, capacityBlocks: number): number {
  const intervals = reuses(load, order).toSorted((a, b) => a.calls - b.calls);
  let room = capacityBlocks * order.sessions.length;
  let blocks = 0;
  for (const interval of intervals) {
    const size = interval.blocks * interval.calls;
    if (size > room) return (blocks + room / interval.calls) * load.blockTokens;
    room -= size;
    blocks += interval.blocks;
  }
  return blocks * load.blockTokens;
}

/** All reuses, from a replay in which nothing is given up. */
function reuses(load: BlockLoad, order: CallOrder): readonly Interval[] {
  const found: Interval[] = [];
  const watcher: ReplacementMaker = {
    name: 'watcher',
    source: 'notes reuses',
    create: ({ tree }) => ({
      victims: { kind: 'score', keep: () => 0 },
      called({ now, path, reusedRuns }) {
        for (const run of path.slice(0, reusedRuns)) {
          const blocks = tree.cached[run] ?? 0;
          const calls = now - (tree.lastUse[run] ?? 0);
          if (blocks > 0 && calls > 0) found.push({ blocks, calls });
        }
      },
    }),
  };
  const cache = new ReplayCache(load, order, unlimitedBlocks(load), watcher);
  for (let at = 0; at < order.sessions.length; at++) cache.serve();
  return found;
}
