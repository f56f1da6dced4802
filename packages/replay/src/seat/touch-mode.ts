import type { Run } from '../cache/block-tree.ts';
import { noRun } from '../cache/block-tree.ts';
import type {
  CacheView,
  Replacement,
  ReplacementMaker,
  SeenCall,
  VictimScore,
} from '../cache/replacement.ts';
import type { WarmUp } from '../timing/warm-up.ts';

/** A policy on an engine that can be told nothing, and what its touches cost. */
export interface TouchMode {
  readonly maker: ReplacementMaker;
  /** Of the newest replay: each touch computes one block again. */
  readonly touches: readonly WarmUp[];
}

/**
 * A policy's worths lowered to touches: the engine evicts by its own LRU and cannot be told anything, but a prefix that is
 * asked for again counts as used. Before a call that needs room, what LRU would give up first is touched where something
 * that stays is worth less; least worth first, so that the order among the touched is the policy's.
 * A touch saves a run as a whole: an engine's LRU gives it up from its end, not by parts of different worth.
 * @param perCall - most touches before one call
 * @throws {RangeError} when `perCall` is not a positive integer
 * @throws {TypeError} when the policy is replayed and has no worths, but a queue of its own
 */
export function touchMode(ranked: ReplacementMaker, perCall: number): TouchMode {
  if (!Number.isInteger(perCall) || perCall < 1) {
    throw new RangeError(`perCall is ${perCall}; it must be a positive integer`);
  }
  const touches: WarmUp[] = [];
  const maker: ReplacementMaker = {
    name: ranked.name,
    source: `${ranked.source}; by at most ${perCall} touches a call over the engine's LRU`,
    create(cache) {
      touches.length = 0;
      const policy = ranked.create(cache);
      const { victims } = policy;
      if (victims.kind === 'queue') throw new TypeError(`${ranked.name} has no worths to lower`);
      return new TouchedLru(cache, { policy, worths: victims, perCall, touches }).replacement();
    },
  };
  return { maker, touches };
}

class TouchedLru {
  readonly #cache: CacheView;
  readonly #policy: Replacement;
  readonly #worths: VictimScore;
  readonly #perCall: number;
  readonly #touches: WarmUp[];
  /** When the engine last saw a run, by a call or a touch. */
  readonly #seen: Float64Array;
  #clock = 0;

  constructor(
    cache: CacheView,
    {
      policy,
      worths,
      perCall,
      touches,
    }: {
      readonly policy: Replacement;
      readonly worths: VictimScore;
      readonly perCall: number;
      readonly touches: WarmUp[];
    },
  ) {
    this.#cache = cache;
    this.#policy = policy;
    this.#worths = worths;
    this.#perCall = perCall;
    this.#touches = touches;
    this.#seen = new Float64Array(cache.tree.parent.length);
  }

  replacement(): Replacement {
    return {
      ...this.#policy,
      victims: { kind: 'score', keep: (run) => this.#seen[run] ?? 0 },
      called: (call) => {
        this.#policy.called?.(call);
        this.#sweep(call);
      },
      served: (call) => {
        this.#clock += 1;
        for (const run of call.path) this.#seen[run] = this.#clock;
        this.#policy.served?.(call);
      },
      split: (head, tail) => {
        this.#seen[tail] = this.#seen[head] ?? 0;
        this.#policy.split?.(head, tail);
      },
    };
  }

  #sweep({ path }: SeenCall): void {
    const { tree, capacityBlocks } = this.#cache;
    let short = tree.usedBlocks - capacityBlocks;
    for (const run of path) short += (tree.blocks[run] ?? 0) - (tree.cached[run] ?? 0);
    if (short <= 0) return;
    this.#worths.prepare?.();
    const leaves = [...tree.leaves.subarray(0, tree.leafCount)]
      .filter((run) => !this.#cache.isPinned(run))
      .map((run) => ({ run, worth: this.#worths.keep(run) }))
      .toSorted((a, b) => (this.#seen[a.run] ?? 0) - (this.#seen[b.run] ?? 0));
    for (const { run } of this.#saved(leaves, short)) this.#touch(run);
  }

  /** Those of the oldest that are worth more than what would go in their place; least worth first. */
  #saved(leaves: readonly Valued[], short: number): readonly Valued[] {
    /** By leaf: the least worth among the younger ones. */
    const leastAfter = new Float64Array(leaves.length).fill(Number.POSITIVE_INFINITY);
    for (let at = leaves.length - 2; at >= 0; at--) {
      leastAfter[at] = Math.min(leastAfter[at + 1] ?? 0, leaves[at + 1]?.worth ?? 0);
    }
    const saved: Valued[] = [];
    let needed = short;
    for (const [at, leaf] of leaves.entries()) {
      if (needed <= 0 || saved.length === this.#perCall) break;
      if ((leastAfter[at] ?? 0) < leaf.worth) saved.push(leaf);
      else needed -= this.#cache.tree.cached[leaf.run] ?? 0;
    }
    return saved.toSorted((a, b) => a.worth - b.worth);
  }

  /** The prefix up to the run's end is asked for: its last block is computed once more. */
  #touch(run: Run): void {
    const { tree, load, now } = this.#cache;
    this.#clock += 1;
    let tokens = 0;
    for (let above = run; above !== noRun; above = tree.parent[above] ?? noRun) {
      this.#seen[above] = this.#clock;
      tokens += (tree.cached[above] ?? 0) * load.blockTokens;
    }
    this.#touches.push({
      afterCall: Math.max(0, now - 1),
      tokens: load.blockTokens,
      depth: Math.max(0, tokens - load.blockTokens),
    });
  }
}

interface Valued {
  readonly run: Run;
  readonly worth: number;
}
