import type { ReplacementMaker } from '../cache/replacement.ts';

/** Best of .1, .02 and .005 on the development set. */
const decay = 0.1;

/** Uses × exp(-decay × calls since the last one): the authors' earlier policy "brae" (algorithms.md 1.5). */
export const lfuDecay: ReplacementMaker = {
  name: 'lfu-decay',
  source: `LFU with decay, "brae" of the authors' fork; decay ${decay} per call`,
  create: (cache) => {
    const { tree } = cache;
    return {
      victims: {
        kind: 'score',
        keep: (run) =>
          (tree.uses[run] ?? 0) * Math.exp(-decay * (cache.now - (tree.lastUse[run] ?? 0))),
      },
    };
  },
};
