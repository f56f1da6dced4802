import type { ReplacementMaker } from '../cache/replacement.ts';
import { NextUses } from './next-uses.ts';

/**
 * Belady's rule among leaves: whose last block is used farthest in the future goes first. The best order for misses of
 * equal blocks under a forced insertion; it knows the interleaving, which no online policy can.
 */
export const beladyLeaf: ReplacementMaker = {
  name: 'belady-leaf',
  source: 'MIN (Belady 1966) restricted to leaves; offline',
  create: (cache) => {
    const uses = new NextUses(cache);
    return {
      knowsReuse: true,
      victims: { kind: 'score', keep: (run, held) => -uses.of(run, held) },
      called: (call) => uses.called(call),
      split: (head, tail) => uses.split(head, tail),
    };
  },
};
