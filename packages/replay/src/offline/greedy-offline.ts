import type { ReplacementMaker } from '../cache/replacement.ts';
import { NextUses } from './next-uses.ts';

/** Depth in tokens at which attention costs as much as everything else of a token. */
const attentionDepth = 8192;

/**
 * Greedy density: least computation saved per block and call of distance to the next use goes first. With blocks of one
 * value it is Belady's rule; here a block is worth more the deeper it lies.
 */
export const greedyOffline: ReplacementMaker = {
  name: 'greedy-offline',
  source: `greedy density (algorithms.md 2.9), value linear in depth (doubles at ${attentionDepth} tokens); offline`,
  create: (cache) => {
    const { tree, load } = cache;
    const uses = new NextUses(cache);
    const roleBlocks = new Int32Array(load.trace.roles);
    const value = (run: number, held: number): number => {
      const before = tree.isRole(run) ? 0 : (roleBlocks[tree.role[run] ?? 0] ?? 0);
      const depth = (before + (tree.start[run] ?? 0) + held) * load.blockTokens;
      return 1 + depth / attentionDepth;
    };
    return {
      knowsReuse: true,
      victims: {
        kind: 'score',
        keep: (run, held) => value(run, held) / Math.max(1, uses.of(run, held) - cache.now),
      },
      called(call) {
        roleBlocks[call.block.role] = call.block.roleBlocks;
        uses.called(call);
      },
      split: (head, tail) => uses.split(head, tail),
    };
  },
};
