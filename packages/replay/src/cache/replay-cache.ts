import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import { BlockTree, noRun } from './block-tree.ts';
import { KnownPrompts } from './known-prompts.ts';
import { Prefetches } from './prefetches.ts';
import type { PrefetchOutcome } from './prefetches.ts';
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

/** Fewer tokens than this are not worth a warm-up, as in the embedded engine. */
const minPrefetchTokens = 64;
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
  readonly #known = new KnownPrompts();
  readonly #prefetches: Prefetches;

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
    this.#prefetches = new Prefetches(load.blockTokens);
    const policy = maker.create(this);
    this.#policy = policy;
    this.#prompts = new PromptRuns(this.tree, load, policy);
  }

  /** Tokens computed so far on top of those of the calls. */
  get warmUpTokens(): number {
    return (this.#policy.warmUpTokens?.() ?? 0) + this.#prefetches.tokens;
  }

  /** Undefined where the policy does not prefetch. */
  get prefetched(): PrefetchOutcome | undefined {
    return this.#policy.expected === undefined ? undefined : this.#prefetches.outcome();
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
    this.#prefetches.called(session, { now: this.now, ...block }, heldBlocks);
    this.#policy.called?.(call);
    this.#bringIn(call.path);
    this.#touch(call);
    this.#policy.served?.(call);
    if (index + 1 < calls.length) this.#prefetch(call);
    else this.#end(session);
    this.now += 1;
    const cachedTokens = this.#tokens(heldBlocks, block);
    return { cachedTokens, computedTokens: block.promptTokens - cachedTokens };
  }

  #end(session: number): void {
    this.#policy.sessionEnded?.(session);
    this.#known.ended(session);
    this.#prefetches.ended(session);
  }

  /** Computes what is known of the prompt that is expected next, unless that would displace what is worth more. */
  #prefetch(call: SeenCall): void {
    if (this.#policy.expected === undefined) return;
    const { session, now } = call;
    this.#known.seen(session, call.block);
    const expected = this.#policy.expected(call);
    const known = expected && this.#known.of(session, expected);
    if (known === undefined) return;
    const path = this.#prompts.known(session, known);
    const from = this.#heldInRow(path);
    const { tree } = this;
    const missing = path.reduce((sum, run) => sum + (tree.blocks[run] ?? 0), 0) - from;
    if (missing * this.load.blockTokens < minPrefetchTokens) return;
    for (const run of path) this.#pinnedAt[run] = now;
    const short = missing - (this.capacityBlocks - tree.usedBlocks);
    if (short > 0) this.#makeRoom(short, path.at(-1));
    const got = this.#hold(path);
    if (got === 0) return;
    for (const run of path) tree.lastUse[run] = now;
    const { role, conversation } = known;
    this.#prefetches.issued(session, { afterCall: now, role, conversation, from, to: from + got });
  }

  #heldInRow(path: readonly Run[]): number {
    let held = 0;
    for (const run of path) {
      held += this.tree.cached[run] ?? 0;
      if ((this.tree.cached[run] ?? 0) < (this.tree.blocks[run] ?? 0)) break;
    }
    return held;
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
    this.#hold(path);
  }

  /**
   * Brings in what is missing, first block first, as far as there is room.
   * @returns the blocks that came
   */
  #hold(path: readonly Run[]): number {
    const { tree } = this;
    const before = tree.usedBlocks;
    let room = this.capacityBlocks - before;
    for (const run of path) {
      const wanted = (tree.blocks[run] ?? 0) - (tree.cached[run] ?? 0);
      const got = Math.min(wanted, room);
      if (got > 0) tree.hold(run, (tree.cached[run] ?? 0) + got);
      room -= Math.max(0, got);
      if (got < wanted) break;
    }
    return tree.usedBlocks - before;
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

  /** @param forRun nothing goes that is worth more than this */
  #makeRoom(blocks: number, forRun?: Run): void {
    const { victims } = this.#policy;
    if (victims.kind === 'queue') victims.makeRoom(blocks);
    else this.#giveUpLeast(victims, blocks, forRun);
  }

  #giveUpLeast(victims: VictimScore, blocks: number, forRun: Run | undefined): void {
    const { tree } = this;
    victims.prepare?.();
    const limit = forRun === undefined ? Number.POSITIVE_INFINITY : victims.keep(forRun);
    for (let leaf = 0; leaf < tree.leafCount; leaf++) this.#score(tree.leaves[leaf] ?? 0, victims);
    let needed = blocks;
    while (needed > 0) {
      const run = this.#least();
      if (run === noRun) return;
      const score = this.#scores[run] ?? 0;
      if (score > limit) return;
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
