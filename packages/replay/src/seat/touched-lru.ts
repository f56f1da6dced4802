import { noRun } from '../cache/run.ts';
import type { Run } from '../cache/run.ts';
import type { CacheView, SeenCall } from '../cache/replacement.ts';
import type { Touch } from '../timing/touch.ts';
import type { PrefixValues } from './prefix-values.ts';

/**
 * An unmodified LRU engine in front of a runtime that can only send prompts. Before a call needs room, the runtime finds
 * what LRU would give up although the policy would not, and sends it again, least worth first, so that other blocks are
 * the oldest. Each touch is a request of one token whose last block the engine computes again (vLLM keeps it out of a
 * full hit), so it is sent only where it saves more until LRU comes round to the prefix once more.
 */
export class TouchedLru {
  readonly #cache: CacheView;
  readonly #values: PrefixValues;
  readonly #stepS: number;
  readonly #blockMs: number;
  readonly #recency: Float64Array;
  /** Call at which the run was last used or touched. */
  readonly #seenAt: Int32Array;
  /** All that were sent so far. */
  readonly touches: Touch[] = [];
  #clock = 0;

  /**
   * @param options.stepMs - virtual time from call to call
   * @param options.blockMs - what computing a block costs
   */
  constructor(
    cache: CacheView,
    values: PrefixValues,
    { stepMs, blockMs }: { readonly stepMs: number; readonly blockMs: number },
  ) {
    this.#cache = cache;
    this.#values = values;
    this.#stepS = stepMs / 1000;
    this.#blockMs = blockMs;
    this.#recency = new Float64Array(cache.tree.parent.length);
    this.#seenAt = new Int32Array(cache.tree.parent.length);
  }

  /** When the run was last part of a prompt or touched; higher = later. */
  recency(run: Run): number {
    return this.#recency[run] ?? 0;
  }

  parted(head: Run, tail: Run): void {
    this.#recency[tail] = this.#recency[head] ?? 0;
    this.#seenAt[tail] = this.#seenAt[head] ?? 0;
  }

  served({ path, now }: SeenCall): void {
    this.#clock += 1;
    for (const run of path) this.#see(run, now);
  }

  /** A call is queued: what it will displace is put right first. */
  called({ path, now }: SeenCall): void {
    const { tree, capacityBlocks, load } = this.#cache;
    let short = tree.usedBlocks - capacityBlocks;
    for (const run of path) short += (tree.blocks[run] ?? 0) - (tree.cached[run] ?? 0);
    if (short <= 0) return;
    const leaves = [...tree.leaves.subarray(0, tree.leafCount)].filter(
      (run) => !this.#cache.isPinned(run),
    );
    const bar = this.#worthOfLast(leaves, short);
    const kept: Run[] = [];
    let oldest = short;
    for (const run of leaves.toSorted((a, b) => this.recency(a) - this.recency(b))) {
      if (oldest <= 0) break;
      if (this.#gainMs(run, bar, now) > this.#blockMs) kept.push(run);
      else oldest -= tree.cached[run] ?? 0;
    }
    for (const run of kept.toSorted((a, b) => this.#worth(a) - this.#worth(b))) {
      this.#clock += 1;
      let blocks = -1;
      for (let at = run; at !== noRun; at = tree.parent[at] ?? noRun) {
        this.#see(at, now);
        blocks += tree.cached[at] ?? 0;
      }
      const { blockTokens: tokens } = load;
      this.touches.push({ beforeCall: now, tokens, depth: blocks * tokens });
    }
  }

  #worth(run: Run): number {
    return this.#values.of(run, this.#cache.tree.cached[run] ?? 0);
  }

  #see(run: Run, now: number): void {
    this.#recency[run] = this.#clock;
    this.#seenAt[run] = now;
  }

  /**
   * Expected computing that a touch saves: what the run is worth over what would go in its place, for as long as it took
   * LRU to come to it, and at most once.
   */
  #gainMs(run: Run, bar: number, now: number): number {
    const lapS = (now - (this.#seenAt[run] ?? 0)) * this.#stepS;
    const once = (worth: number): number => Math.min(this.#blockMs, worth * lapS);
    return (this.#cache.tree.cached[run] ?? 0) * (once(this.#worth(run)) - once(bar));
  }

  /** Worth of the last blocks that the policy itself would give up for `blocks` of room. */
  #worthOfLast(leaves: readonly Run[], blocks: number): number {
    let room = 0;
    let worth = 0;
    for (const run of leaves.toSorted((a, b) => this.#worth(a) - this.#worth(b))) {
      if (room >= blocks) break;
      room += this.#cache.tree.cached[run] ?? 0;
      worth = this.#worth(run);
    }
    return worth;
  }
}
