import type { BlockTree } from './block-tree.ts';
import type { Occupancy } from './occupancy.ts';
import type { VictimScore } from './replacement.ts';
import { noRun } from './run.ts';
import type { Run } from './run.ts';

/** A tier that has to give something up. */
export interface SweptTier {
  readonly occupancy: Occupancy;
  /** Blocks at the end of a leaf that may go; 0 = none. */
  spare(run: Run): number;
  /** Gives up the last `blocks` of a leaf, which were worth `score`. */
  giveUp(run: Run, blocks: number, score: number): void;
}

/** Gives up the leaves of a tier that are worth least. */
export class VictimSweep {
  readonly #tree: BlockTree;
  readonly #scores: Float64Array;

  constructor(tree: BlockTree) {
    this.#tree = tree;
    this.#scores = new Float64Array(tree.parent.length);
  }

  /**
   * Gives up `blocks` blocks, or as many as there are.
   * @param limit nothing goes that is worth more
   */
  run(
    tier: SweptTier,
    victims: VictimScore,
    blocks: number,
    limit: number = Number.POSITIVE_INFINITY,
  ): void {
    const { occupancy } = tier;
    victims.prepare?.();
    for (let leaf = 0; leaf < occupancy.leafCount; leaf++) {
      this.#score(tier, occupancy.leaves[leaf] ?? 0, victims);
    }
    let needed = blocks;
    while (needed > 0) {
      const run = this.#least(occupancy);
      if (run === noRun) return;
      const score = this.#scores[run] ?? 0;
      if (score > limit) return;
      const spare = tier.spare(run);
      const held = occupancy.held[run] ?? 0;
      const portion =
        victims.portion === undefined ? spare : Math.min(spare, victims.portion(run, held));
      const given = Math.min(needed, Math.max(1, portion));
      needed -= given;
      tier.giveUp(run, given, score);
      if (given < spare) {
        if (victims.portion !== undefined) this.#score(tier, run, victims);
      } else if (given < held) {
        this.#scores[run] = Number.POSITIVE_INFINITY;
      } else {
        const parent = this.#tree.parent[run] ?? noRun;
        if (parent !== noRun && occupancy.isLeaf(parent)) this.#score(tier, parent, victims);
      }
    }
  }

  #score(tier: SweptTier, run: Run, victims: VictimScore): void {
    this.#scores[run] =
      tier.spare(run) === 0
        ? Number.POSITIVE_INFINITY
        : victims.keep(run, tier.occupancy.held[run] ?? 0);
  }

  /** The leaf with the least score; of equals the least recently used. */
  #least({ leaves, leafCount }: Occupancy): Run {
    const { lastUse } = this.#tree;
    let least = noRun;
    let score = Number.POSITIVE_INFINITY;
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const run = leaves[leaf] ?? 0;
      const own = this.#scores[run] ?? 0;
      const older = (lastUse[run] ?? 0) < (lastUse[least] ?? 0);
      if (own < score || (own === score && least !== noRun && older)) [least, score] = [run, own];
    }
    return least;
  }
}
