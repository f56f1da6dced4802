import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { Touch } from '../timing/touch.ts';
import { BlockTree } from './block-tree.ts';
import type { KnownPrompt } from './known-prompts.ts';
import { PromptRuns } from './prompt-runs.ts';
import { VictimSweep } from './victim-sweep.ts';
import type { SweptTier } from './victim-sweep.ts';
import type { Run } from './run.ts';
import type {
  CacheView,
  ExpectedPrompt,
  Replacement,
  ReplacementMaker,
  SeenCall,
  VictimScore,
} from './replacement.ts';

/** What one call found. */
export interface ServedCall {
  /** In the pool. */
  readonly cachedTokens: number;
  /** Behind them in the host tier: brought up, not computed. */
  readonly hostTokens: number;
  readonly computedTokens: number;
  readonly call: SeenCall;
  /** Leading blocks of its prompt that were in the pool. */
  readonly heldBlocks: number;
}

/** Runs that one call can add: of its role, its own, and by parting (role, reuse, and twice where reuse is known). */
const runsPerCall = 6;
const spareRuns = 4096;

/**
 * A paged prefix cache under one replacement policy, call by call: what a prompt shares with what is held is a hit, all of
 * its blocks are brought in, and leaves are given up to make room, last block first. The running call is pinned; one
 * that is longer than the cache keeps its head. Where there is a host tier, what the pool gives up is there until that is
 * full and gives it up in the same order; a call that finds it there has it brought up, out of the tier.
 */
export class ReplayCache implements CacheView {
  readonly tree: BlockTree;
  readonly load: BlockLoad;
  readonly order: CallOrder;
  readonly capacityBlocks: number;
  readonly hostBlocks: number;
  now = 0;
  /** Set by whoever has an engine's clock. */
  atMs: number | undefined;
  readonly #policy: Replacement;
  readonly #prompts: PromptRuns;
  readonly #pinnedAt: Int32Array;
  /** What has this number is pinned. */
  #pinning = 0;
  readonly #sweep: VictimSweep;

  /**
   * @param hostBlocks - of a host tier behind the pool; 0 = there is none
   * @throws {RangeError} when the capacity is not a positive number of blocks, or `hostBlocks` is negative
   */
  constructor(
    load: BlockLoad,
    order: CallOrder,
    capacityBlocks: number,
    maker: ReplacementMaker,
    hostBlocks: number = 0,
  ) {
    if (!(capacityBlocks >= 1)) {
      throw new RangeError(`capacity is ${capacityBlocks} blocks; it must be at least 1`);
    }
    if (!(hostBlocks >= 0)) {
      throw new RangeError(`the host tier has ${hostBlocks} blocks; it must be at least 0`);
    }
    const maxRuns = order.sessions.length * runsPerCall + spareRuns;
    this.hostBlocks = Math.floor(hostBlocks);
    this.tree = new BlockTree(maxRuns, this.hostBlocks > 0);
    this.load = load;
    this.order = order;
    this.capacityBlocks = Math.floor(capacityBlocks);
    this.#pinnedAt = new Int32Array(maxRuns).fill(-1);
    this.#sweep = new VictimSweep(this.tree);
    const policy = maker.create(this);
    this.#policy = policy;
    this.#prompts = new PromptRuns(this.tree, load, policy);
  }

  /** Undefined where the engine can be asked. */
  get touches(): readonly Touch[] | undefined {
    return this.#policy.touches?.();
  }

  /** Does the policy want prompts computed ahead? */
  get prefetches(): boolean {
    return this.#policy.expected !== undefined;
  }

  isPinned(run: Run): boolean {
    return this.#pinnedAt[run] === this.#pinning;
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
    const { call, heldBlocks, anywhereBlocks } = this.#prompts.locate({
      now: this.now,
      session,
      index,
      block,
    });
    this.#pin(call.path);
    this.#policy.called?.(call);
    this.#bringIn(call.path);
    this.#touch(call);
    this.#policy.served?.(call);
    if (index + 1 === calls.length) this.#policy.sessionEnded?.(session);
    this.now += 1;
    const cachedTokens = this.#tokens(heldBlocks, block);
    const foundTokens = this.#tokens(anywhereBlocks, block);
    const hostTokens = foundTokens - cachedTokens;
    const computedTokens = block.promptTokens - foundTokens;
    return { cachedTokens, hostTokens, computedTokens, call, heldBlocks };
  }

  /** Whose prompt the policy expects in the session of a call that has ended. */
  expected(call: SeenCall): ExpectedPrompt | undefined {
    return this.#policy.expected?.(call);
  }

  /** Blocks of a known prompt: those held from its start, and all. */
  heldOf(session: number, prompt: KnownPrompt): { readonly held: number; readonly wanted: number } {
    const path = this.#prompts.known(session, prompt);
    const wanted = path.reduce((sum, run) => sum + (this.tree.blocks[run] ?? 0), 0);
    return { held: this.#heldInRow(path), wanted };
  }

  /** Is there room for more of a known prompt, or something in the pool that is worth no more? */
  mayBringAhead(session: number, prompt: KnownPrompt): boolean {
    const { tree, capacityBlocks } = this;
    if (tree.usedBlocks < capacityBlocks) return true;
    const path = this.#prompts.known(session, prompt);
    const { victims } = this.#policy;
    const last = path.at(-1);
    if (victims.kind === 'queue' || last === undefined) return last !== undefined;
    this.#pin(path);
    victims.prepare?.();
    const limit = victims.keep(last, tree.cached[last] ?? 0);
    for (let leaf = 0; leaf < tree.leafCount; leaf++) {
      const run = tree.leaves[leaf] ?? 0;
      if (!this.isPinned(run) && victims.keep(run, tree.cached[run] ?? 0) <= limit) return true;
    }
    return false;
  }

  /**
   * Brings in the first `upTo` blocks of a known prompt, as far as there is room; what is worth more stays.
   * @returns blocks held of it now, from its start
   */
  bringAhead(session: number, prompt: KnownPrompt, upTo: number): number {
    const path = this.#prompts.known(session, prompt);
    this.#pin(path);
    const missing = upTo - this.#heldInRow(path);
    const short = missing - (this.capacityBlocks - this.tree.usedBlocks);
    if (short > 0) this.#makeRoom(short, path.at(-1));
    this.#hold(path, missing);
    this.#trimHost();
    for (const run of path) this.tree.lastUse[run] = Math.max(0, this.now - 1);
    return this.#heldInRow(path);
  }

  #pin(path: readonly Run[]): void {
    this.#pinning += 1;
    for (const run of path) this.#pinnedAt[run] = this.#pinning;
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
    this.#trimHost();
  }

  /** Brings in what is missing, first block first, as far as there is room, and no more than `most` blocks. */
  #hold(path: readonly Run[], most: number = Number.POSITIVE_INFINITY): void {
    const { tree } = this;
    let room = Math.min(most, this.capacityBlocks - tree.usedBlocks);
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

  /** @param forRun nothing goes that is worth more than this */
  #makeRoom(blocks: number, forRun?: Run): void {
    const { victims } = this.#policy;
    if (victims.kind === 'queue') {
      victims.makeRoom(blocks);
      return;
    }
    const limit =
      forRun === undefined
        ? Number.POSITIVE_INFINITY
        : victims.keep(forRun, this.tree.cached[forRun] ?? 0);
    const pool: SweptTier = {
      occupancy: this.tree.device,
      spare: (run) => (this.isPinned(run) ? 0 : (this.tree.cached[run] ?? 0)),
      giveUp: (run, given, score) => {
        victims.gaveUp?.(run, given, score);
        this.release(run, given);
      },
    };
    this.#sweep.run(pool, victims, blocks, limit);
  }

  /**
   * What the host tier cannot hold is gone. Looked at when the call's blocks are up: what goes down to make room for them
   * takes their place.
   */
  #trimHost(): void {
    const { tree, hostBlocks } = this;
    const over = tree.hostBlocks - hostBlocks;
    if (over <= 0) return;
    const { victims } = this.#policy;
    const host: SweptTier = {
      occupancy: tree.anywhere,
      spare: (run) => (tree.anywhere.held[run] ?? 0) - (tree.cached[run] ?? 0),
      giveUp: (run, given) => tree.anywhere.hold(run, (tree.anywhere.held[run] ?? 0) - given),
    };
    const order = victims.kind === 'queue' ? leastRecentlyUsed(tree) : victims;
    this.#sweep.run(host, order, over);
  }
}

function leastRecentlyUsed({ lastUse }: BlockTree): VictimScore {
  return { kind: 'score', keep: (run) => lastUse[run] ?? 0 };
}
