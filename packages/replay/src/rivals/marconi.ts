import type { ReplacementMaker } from '../cache/replacement.ts';

/** Best of 0.1, 0.5, 1 and 2 on the development set; the original tunes it by replaying its first requests. */
const efficiencyWeight = 0.1;
/** Depth in tokens at which attention costs as much as everything else of a token. */
const attentionDepth = 8192;

/**
 * Marconi's score (arXiv 2411.19379): weight × computation saved per byte + recency, each normalised over the
 * candidates (algorithms.md 2.6). Admission is not part of it here: plain attention states have no reason for it.
 */
export const marconi: ReplacementMaker = {
  name: 'marconi',
  source: `Marconi (arXiv 2411.19379), score only; weight ${efficiencyWeight}`,
  create: (cache) => {
    const { tree, load } = cache;
    const roleBlocks = new Int32Array(load.trace.roles);
    const perBlock = (run: number, held: number): number => {
      const before = tree.isRole(run) ? 0 : (roleBlocks[tree.role[run] ?? 0] ?? 0);
      const blocks = before + (tree.start[run] ?? 0) + held / 2;
      return 1 + (blocks * load.blockTokens) / attentionDepth;
    };
    const recency = (run: number): number => 1 / Math.max(1, cache.now - (tree.lastUse[run] ?? 0));
    const range = { costLow: 0, costSpan: 1, recentLow: 0, recentSpan: 1 };
    return {
      victims: {
        kind: 'score',
        prepare() {
          let [costLow, costHigh, recentLow, recentHigh] = [
            Infinity,
            -Infinity,
            Infinity,
            -Infinity,
          ];
          for (let leaf = 0; leaf < tree.leafCount; leaf++) {
            const run = tree.leaves[leaf] ?? 0;
            const cost = perBlock(run, tree.cached[run] ?? 0);
            costLow = Math.min(costLow, cost);
            costHigh = Math.max(costHigh, cost);
            recentLow = Math.min(recentLow, recency(run));
            recentHigh = Math.max(recentHigh, recency(run));
          }
          range.costLow = costLow;
          range.costSpan = Math.max(1e-12, costHigh - costLow);
          range.recentLow = recentLow;
          range.recentSpan = Math.max(1e-12, recentHigh - recentLow);
        },
        keep: (run, held) =>
          (efficiencyWeight * (perBlock(run, held) - range.costLow)) / range.costSpan +
          (recency(run) - range.recentLow) / range.recentSpan,
      },
      called({ block }) {
        roleBlocks[block.role] = block.roleBlocks;
      },
    };
  },
};
