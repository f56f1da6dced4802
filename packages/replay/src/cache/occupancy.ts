import { noRun } from './run.ts';
import type { Run } from './run.ts';

/**
 * What a pool holds of the runs of a tree: of each run its first blocks, and a run with held children whole, so that only
 * leaves can give something up, last block first. One typed array per property: no allocation per block.
 */
export class Occupancy {
  /** Leading blocks of each run that are held. */
  readonly held: Int32Array;
  /** Runs with held blocks and without held children; the first {@link leafCount} entries, in no order. */
  readonly leaves: Int32Array;
  leafCount = 0;
  usedBlocks = 0;
  readonly #parent: Int32Array;
  readonly #heldChildren: Int32Array;
  readonly #leafAt: Int32Array;

  /** @param parent of each run, which the tree keeps up to date */
  constructor(parent: Int32Array) {
    this.#parent = parent;
    this.held = new Int32Array(parent.length);
    this.leaves = new Int32Array(parent.length);
    this.#heldChildren = new Int32Array(parent.length);
    this.#leafAt = new Int32Array(parent.length).fill(-1);
  }

  isLeaf(run: Run): boolean {
    return (this.#leafAt[run] ?? -1) >= 0;
  }

  /** Sets how many leading blocks of the run are held. */
  hold(run: Run, blocks: number): void {
    const before = this.held[run] ?? 0;
    if (before === blocks) return;
    this.held[run] = blocks;
    this.usedBlocks += blocks - before;
    const parent = this.#parent[run] ?? noRun;
    if (before === 0) {
      if (parent !== noRun) {
        this.#countChild(parent, 1);
        this.#leaveLeaves(parent);
      }
      if (this.#heldChildren[run] === 0) this.#joinLeaves(run);
    } else if (blocks === 0) {
      this.#leaveLeaves(run);
      if (parent === noRun) return;
      this.#countChild(parent, -1);
      if (this.#heldChildren[parent] === 0 && (this.held[parent] ?? 0) > 0) {
        this.#joinLeaves(parent);
      }
    }
  }

  /** `tail` was parted from `run` after its first `at` blocks, and has all of its children. */
  split(run: Run, tail: Run, at: number): void {
    const held = this.held[run] ?? 0;
    const behind = Math.max(0, held - at);
    this.held[tail] = behind;
    this.held[run] = held - behind;
    this.#heldChildren[tail] = this.#heldChildren[run] ?? 0;
    this.#heldChildren[run] = behind > 0 ? 1 : 0;
    if (behind > 0 && this.isLeaf(run)) {
      this.#leaveLeaves(run);
      this.#joinLeaves(tail);
    }
  }

  #countChild(parent: Run, by: 1 | -1): void {
    this.#heldChildren[parent] = (this.#heldChildren[parent] ?? 0) + by;
  }

  #joinLeaves(run: Run): void {
    if (this.isLeaf(run)) return;
    this.#leafAt[run] = this.leafCount;
    this.leaves[this.leafCount++] = run;
  }

  #leaveLeaves(run: Run): void {
    const at = this.#leafAt[run] ?? -1;
    if (at < 0) return;
    const last = this.leaves[--this.leafCount] ?? noRun;
    this.leaves[at] = last;
    this.#leafAt[last] = at;
    this.#leafAt[run] = -1;
  }
}
