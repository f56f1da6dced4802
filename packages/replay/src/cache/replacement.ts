import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { Touch } from '../timing/touch.ts';
import type { BlockTree } from './block-tree.ts';
import type { Run } from './run.ts';

/** The cache as an order of victims sees it. */
export interface CacheView {
  readonly tree: BlockTree;
  readonly load: BlockLoad;
  readonly order: CallOrder;
  readonly capacityBlocks: number;
  /** Of the host tier behind the pool; 0 = there is none. */
  readonly hostBlocks: number;
  /** Index of the running call. */
  readonly now: number;
  /** Of the engine's clock, in replays that have one. */
  readonly atMs: number | undefined;
  /** Is the run part of the running call's prompt? Such runs are never given up. */
  isPinned(run: Run): boolean;
  /** Gives up the last `blocks` cached blocks of a leaf. Only {@link VictimQueue} calls it. */
  release(run: Run, blocks: number): void;
}

/** A call that reaches the engine. */
export interface SeenCall {
  readonly now: number;
  readonly session: number;
  /** Index within the session. */
  readonly index: number;
  readonly block: BlockCall;
  /** Runs of the prompt and its reply, first to last. */
  readonly path: readonly Run[];
  /** Of them the role prefix, and then what the conversation's call before had too. */
  readonly roleRuns: number;
  readonly reusedRuns: number;
  /** Share in [0, 1] of the conversation's earlier chain behind the role prefix that this call reuses; undefined = first. */
  readonly reusedShare: number | undefined;
}

/** Victims by score: the leaf with the least one gives up its last blocks; ties go to the least recently used. */
export interface VictimScore {
  readonly kind: 'score';
  /** Called before each round of victims. */
  prepare?(): void;
  /** What keeping the last of the run's first `held` blocks is worth, in the tier that holds it; higher stays. */
  keep(run: Run, held: number): number;
  /** Blocks at the end of the first `held` that are scored as one; absent = all of them. */
  portion?(run: Run, held: number): number;
  /** They are no longer in the pool. */
  gaveUp?(run: Run, blocks: number, score: number): void;
}

/** Victims by a queue of its own (SIEVE, S3-FIFO); a host tier behind it is LRU. */
export interface VictimQueue {
  readonly kind: 'queue';
  /** Releases at least `blocks` blocks of leaves that are not pinned, as far as there are any. */
  makeRoom(blocks: number): void;
}

/** A prompt that is expected next in a session: the agent's newest one there, or only its role prefix. */
export interface ExpectedPrompt {
  readonly agent: number;
  readonly part: 'role' | 'whole';
}

/** One replacement policy, made anew for each replay. All hooks are optional but the choice of victims. */
export interface Replacement {
  readonly victims: VictimScore | VictimQueue;
  /** Runs are parted where the conversation's next call will stop reusing them: for offline orders, which know. */
  readonly knowsReuse?: boolean;
  /** The call is known, nothing of it is brought in yet. */
  called?(call: SeenCall): void;
  /** The call's blocks are in. */
  served?(call: SeenCall): void;
  sessionEnded?(session: number): void;
  /** `tail` was parted from `head`, with everything that was said of it. */
  split?(head: Run, tail: Run): void;
  /**
   * Asked when a call has ended, in replays that have a clock: whose prompt is to be computed ahead for its session.
   * Absent = nothing is prefetched.
   */
  expected?(call: SeenCall): ExpectedPrompt | undefined;
  /** Requests sent so far so that prefixes stay, on an engine that cannot be asked. */
  touches?(): readonly Touch[];
}

/** A named way to make one. */
export interface ReplacementMaker {
  /** As in tables and `--policies`. */
  readonly name: string;
  /** Where it was published and which constants it has; one line. */
  readonly source: string;
  create(cache: CacheView): Replacement;
}
