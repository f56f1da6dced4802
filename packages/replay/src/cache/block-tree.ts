import { Occupancy } from './occupancy.ts';
import { noRun } from './run.ts';
import type { Run } from './run.ts';

export interface NewRun {
  readonly parent: Run;
  /** Blocks of its chain that lie before it: of the role prefix, or of the conversation behind it. */
  readonly start: number;
  readonly blocks: number;
  readonly agent: number;
  /** Undefined = part of a role prefix. */
  readonly owner: { readonly session: number; readonly conversation: number } | undefined;
  readonly role: number;
}

/**
 * The prefix tree of a paged cache, in runs: consecutive blocks that always had the same history. One typed array per
 * property: no allocation per block or token.
 */
export class BlockTree {
  readonly parent: Int32Array;
  readonly start: Int32Array;
  readonly blocks: Int32Array;
  /** What the engine's own pool holds. */
  readonly device: Occupancy;
  /** What pool and host tier hold together; the pool's own where there is no tier. */
  readonly anywhere: Occupancy;
  /** Leading blocks of the run that are in the pool. */
  readonly cached: Int32Array;
  readonly agent: Int32Array;
  /** -1 for role prefixes. */
  readonly session: Int32Array;
  /** -1 for role prefixes. */
  readonly conversation: Int32Array;
  readonly role: Int32Array;
  /** Call at which the run was last part of a prompt. */
  readonly lastUse: Int32Array;
  readonly uses: Int32Array;
  /** Blocks of the whole chain (role prefix, or conversation behind it) when it was last used. */
  readonly chainBlocks: Int32Array;
  /** 1 = its conversation has gone on without it. */
  readonly superseded: Uint8Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  size = 0;

  /** @param hasHostTier - what the pool gives up is kept in sight until the host tier gives it up too */
  constructor(maxRuns: number, hasHostTier = false) {
    const column = (fill = 0): Int32Array => new Int32Array(maxRuns).fill(fill);
    this.parent = column(noRun);
    this.start = column();
    this.blocks = column();
    this.device = new Occupancy(this.parent);
    this.anywhere = hasHostTier ? new Occupancy(this.parent) : this.device;
    this.cached = this.device.held;
    this.agent = column();
    this.session = column(-1);
    this.conversation = column(-1);
    this.role = column();
    this.lastUse = column();
    this.uses = column();
    this.chainBlocks = column();
    this.superseded = new Uint8Array(maxRuns);
    this.#firstChild = column(noRun);
    this.#nextSibling = column(noRun);
  }

  /** Of the pool: runs that can give something up, the first {@link leafCount} entries. */
  get leaves(): Int32Array {
    return this.device.leaves;
  }

  get leafCount(): number {
    return this.device.leafCount;
  }

  /** Of the pool. */
  get usedBlocks(): number {
    return this.device.usedBlocks;
  }

  /** Blocks that are in the host tier only. */
  get hostBlocks(): number {
    return this.anywhere.usedBlocks - this.device.usedBlocks;
  }

  isRole(run: Run): boolean {
    return this.session[run] === -1;
  }

  isLeaf(run: Run): boolean {
    return this.device.isLeaf(run);
  }

  /** @throws {RangeError} when there are more runs than the tree was made for */
  add({ parent, start, blocks, agent, owner, role }: NewRun, now: number): Run {
    const run = this.#claim();
    this.parent[run] = parent;
    this.start[run] = start;
    this.blocks[run] = blocks;
    this.agent[run] = agent;
    this.session[run] = owner?.session ?? -1;
    this.conversation[run] = owner?.conversation ?? -1;
    this.role[run] = role;
    this.lastUse[run] = now;
    if (parent !== noRun) {
      this.#nextSibling[run] = this.#firstChild[parent] ?? noRun;
      this.#firstChild[parent] = run;
    }
    return run;
  }

  /**
   * Parts a run after its first `at` blocks.
   * @returns the new run, which has the rest and all children
   */
  split(run: Run, at: number): Run {
    const tail = this.#claim();
    for (const column of [
      this.agent,
      this.session,
      this.conversation,
      this.role,
      this.lastUse,
      this.uses,
      this.chainBlocks,
      this.superseded,
    ]) {
      column[tail] = column[run] ?? 0;
    }
    this.start[tail] = (this.start[run] ?? 0) + at;
    this.blocks[tail] = (this.blocks[run] ?? 0) - at;
    this.parent[tail] = run;
    this.#firstChild[tail] = this.#firstChild[run] ?? noRun;
    for (
      let child = this.#firstChild[tail] ?? noRun;
      child !== noRun;
      child = this.#nextSibling[child] ?? noRun
    ) {
      this.parent[child] = tail;
    }
    this.#firstChild[run] = tail;
    this.#nextSibling[tail] = noRun;
    this.blocks[run] = at;
    this.device.split(run, tail, at);
    if (this.anywhere !== this.device) this.anywhere.split(run, tail, at);
    return tail;
  }

  /** Sets how many leading blocks of the run are in the pool; what leaves it is in the host tier, where there is one. */
  hold(run: Run, blocks: number): void {
    this.device.hold(run, blocks);
    if (this.anywhere === this.device) return;
    if (blocks > (this.anywhere.held[run] ?? 0)) this.anywhere.hold(run, blocks);
  }

  #claim(): Run {
    if (this.size >= this.parent.length) {
      throw new RangeError(`more than ${this.parent.length} runs`);
    }
    return this.size++;
  }
}
