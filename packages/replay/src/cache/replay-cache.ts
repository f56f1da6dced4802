import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import { BlockTree, noRun } from './block-tree.ts';
import { PromptRuns } from './prompt-runs.ts';
import type { Run } from './block-tree.ts';
import type {
  CacheView,
  Replacement,
  ReplacementMaker,
  SeenCall,
  VictimScore,
} from './replacement.ts';

/** What one call found. */
export interface ServedCall {
  readonly cachedTokens: number;
  readonly computedTokens: number;
}

/** Runs that one call can add: of its role, its own, and by parting (role, reuse, and twice where reuse is known). */
const runsPerCall = 6;
const spareRuns = 4096;

/**
 * A paged prefix cache under one replacement policy, call by call: what a prompt shares with what is held is a hit, all of
 * its blocks are brought in, and leaves are given up to make room, last block first. The running call is pinned; one
 * that is longer than the cache keeps its head.
 */
export class ReplayCache implements CacheView {
  readonly tree: BlockTree;
  readonly load: BlockLoad;
  readonly order: CallOrder;
  readonly capacityBlocks: number;
  now = 0;
  readonly #policy: Replacement;
  readonly #prompts: PromptRuns;
  readonly #pinnedAt: Int32Array;
  readonly #scores: Float64Array;

  /** @throws {RangeError} when the capacity is not a positive number of blocks */
  constructor(load: BlockLoad, order: CallOrder, capacityBlocks: number, maker: ReplacementMaker) {
    if (!(capacityBlocks >= 1)) {
      throw new RangeError(`capacity is ${capacityBlocks} blocks; it must be at least 1`);
    }
    const maxRuns = order.sessions.length * runsPerCall + spareRuns;
    this.tree = new BlockTree(maxRuns);
    this.load = load;
    this.order = order;
    this.capacityBlocks = Math.floor(capacityBlocks);
    this.#pinnedAt = new Int32Array(maxRuns).fill(-1);
    this.#scores = new Float64Array(maxRuns);
    const policy = maker.create(this);
    this.#policy = policy;
    this.#prompts = new PromptRuns(this.tree, load, policy);
  }

  /** Tokens computed so far on top of those of the calls. */
  get warmUpTokens(): number {
    return this.#policy.warmUpTokens?.() ?? 0;
  }

  isPinned(run: Run): boolean {
    return this.#pinnedAt[run] === this.now;
  }

  release(run: Run, blocks: number): void {
    this.tree.hold(run, Math.max(0, (this.tree.cached[run] ?? 0) - blocks));
  }

  /** Leading tokens of a session's call that are held now; for orders that look before they choose. */
  cachedTokensOf(session: number, index: number): number {
    const block = this.load.sessions[session]?.[index];
    if (block === undefined) return 0;
    return this.#tokens(this.#prompts.heldBlocks(session, block), block);
  }

  /** Serves the next call of the order, which a caller may have written there just now. */
  serve(): ServedCall {
    const session = this.order.sessions[this.now] ?? 0;
    const index = this.order.calls[this.now] ?? 0;
    const calls = this.load.sessions[session] ?? [];
    const block = calls[index];
    if (block === undefined) throw new RangeError(`session ${session} has no call ${index}`);
    const { call, heldBlocks } = this.#prompts.locate({ now: this.now, session, index, block });
    for (const run of call.path) this.#pinnedAt[run] = this.now;
    this.#policy.called?.(call);
    this.#bringIn(call.path);
    this.#touch(call);
    this.#policy.served?.(call);
    if (index + 1 === calls.length) this.#policy.sessionEnded?.(session);
    this.now += 1;
    const cachedTokens = this.#tokens(heldBlocks, block);
    return { cachedTokens, computedTokens: block.promptTokens - cachedTokens };
  }

  #tokens(blocks: number, { promptTokens }: BlockCall): number {
    return Math.min(blocks * this.load.blockTokens, promptTokens);
  }

  #bringIn(path: readonly Run[]): void {
    const { tree } = this;
    let missing = 0;
    for (const run of path) missing += (tree.blocks[run] ?? 0) - (tree.cached[run] ?? 0);
    const short = missing - (this.capacityBlocks - tree.usedBlocks);
    if (short > 0) this.#makeRoom(short);
    let room = this.capacityBlocks - tree.usedBlocks;
    for (const run of path) {
      const wanted = (tree.blocks[run] ?? 0) - (tree.cached[run] ?? 0);
      const got = Math.min(wanted, room);
      if (got > 0) tree.hold(run, (tree.cached[run] ?? 0) + got);
      room -= Math.max(0, got);
      if (got < wanted) break;
    }
  }

  #touch({ path, block }: SeenCall): void {
    const { tree, now } = this;
    for (const run of path) {
      tree.lastUse[run] = now;
      tree.uses[run] = (tree.uses[run] ?? 0) + 1;
      tree.chainBlocks[run] = tree.isRole(run)
        ? Math.max(tree.chainBlocks[run] ?? 0, block.roleBlocks)
        : block.blocks - block.roleBlocks;
    }
  }

  #makeRoom(blocks: number): void {
    const { victims } = this.#policy;
    if (victims.kind === 'queue') victims.makeRoom(blocks);
    else this.#giveUpLeast(victims, blocks);
  }

  #giveUpLeast(victims: VictimScore, blocks: number): void {
    const { tree } = this;
    victims.prepare?.();
    for (let leaf = 0; leaf < tree.leafCount; leaf++) this.#score(tree.leaves[leaf] ?? 0, victims);
    let needed = blocks;
    while (needed > 0) {
      const run = this.#least();
      if (run === noRun) return;
      const score = this.#scores[run] ?? 0;
      const cached = tree.cached[run] ?? 0;
      const portion =
        victims.portion === undefined ? cached : Math.min(cached, victims.portion(run));
      const given = Math.min(needed, Math.max(1, portion));
      needed -= given;
      victims.gaveUp?.(run, given, score);
      this.release(run, given);
      if (given < cached) {
        if (victims.portion !== undefined) this.#score(run, victims);
      } else {
        const parent = tree.parent[run] ?? noRun;
        if (parent !== noRun && tree.isLeaf(parent)) this.#score(parent, victims);
      }
    }
  }

  #score(run: Run, victims: VictimScore): void {
    this.#scores[run] = this.isPinned(run) ? Number.POSITIVE_INFINITY : victims.keep(run);
  }

  /** The leaf with the least score; of equals the least recently used. */
  #least(): Run {
    const { tree } = this;
    let least = noRun;
    let score = Number.POSITIVE_INFINITY;
    for (let leaf = 0; leaf < tree.leafCount; leaf++) {
      const run = tree.leaves[leaf] ?? 0;
      const own = this.#scores[run] ?? 0;
      const older = (tree.lastUse[run] ?? 0) < (tree.lastUse[least] ?? 0);
      if (own < score || (own === score && least !== noRun && older)) [least, score] = [run, own];
    }
    return least;
  }
}
