/** Index of a run in a {@link BlockTree}; {@link noRun} stands for none. */
export type Run = number;
export const noRun: Run = -1;

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
 * The prefix tree of a paged cache, in runs: consecutive blocks that always had the same history. What is cached of a run
 * are its first blocks; a run with cached children is cached whole, so only leaves can give something up, last block first.
 * One typed array per property: no allocation per block or token.
 */
export class BlockTree {
  readonly parent: Int32Array;
  readonly start: Int32Array;
  readonly blocks: Int32Array;
  /** Blocks of the run that are in the cache. */
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
  readonly #cachedChildren: Int32Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  readonly #leafAt: Int32Array;
  /** Runs with cached blocks and without cached children; the first {@link leafCount} entries, in no order. */
  readonly leaves: Int32Array;
  leafCount = 0;
  size = 0;
  usedBlocks = 0;

  constructor(maxRuns: number) {
    const column = (fill = 0): Int32Array => new Int32Array(maxRuns).fill(fill);
    this.parent = column(noRun);
    this.start = column();
    this.blocks = column();
    this.cached = column();
    this.agent = column();
    this.session = column(-1);
    this.conversation = column(-1);
    this.role = column();
    this.lastUse = column();
    this.uses = column();
    this.chainBlocks = column();
    this.superseded = new Uint8Array(maxRuns);
    this.#cachedChildren = column();
    this.#firstChild = column(noRun);
    this.#nextSibling = column(noRun);
    this.#leafAt = column(-1);
    this.leaves = column();
  }

  isRole(run: Run): boolean {
    return this.session[run] === -1;
  }

  isLeaf(run: Run): boolean {
    return (this.#leafAt[run] ?? -1) >= 0;
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
    const cached = this.cached[run] ?? 0;
    const behind = Math.max(0, cached - at);
    this.start[tail] = (this.start[run] ?? 0) + at;
    this.blocks[tail] = (this.blocks[run] ?? 0) - at;
    this.cached[tail] = behind;
    this.parent[tail] = run;
    this.#firstChild[tail] = this.#firstChild[run] ?? noRun;
    this.#cachedChildren[tail] = this.#cachedChildren[run] ?? 0;
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
    this.cached[run] = cached - behind;
    this.#cachedChildren[run] = behind > 0 ? 1 : 0;
    if (behind > 0 && this.isLeaf(run)) {
      this.#leaveLeaves(run);
      this.#joinLeaves(tail);
    }
    return tail;
  }

  /** Sets how many leading blocks of the run are cached. */
  hold(run: Run, blocks: number): void {
    const before = this.cached[run] ?? 0;
    if (before === blocks) return;
    this.cached[run] = blocks;
    this.usedBlocks += blocks - before;
    const parent = this.parent[run] ?? noRun;
    if (before === 0) {
      if (parent !== noRun) {
        this.#countChild(parent, 1);
        this.#leaveLeaves(parent);
      }
      if (this.#cachedChildren[run] === 0) this.#joinLeaves(run);
    } else if (blocks === 0) {
      this.#leaveLeaves(run);
      if (parent === noRun) return;
      this.#countChild(parent, -1);
      if (this.#cachedChildren[parent] === 0 && (this.cached[parent] ?? 0) > 0) {
        this.#joinLeaves(parent);
      }
    }
  }

  #countChild(parent: Run, by: 1 | -1): void {
    this.#cachedChildren[parent] = (this.#cachedChildren[parent] ?? 0) + by;
  }

  #claim(): Run {
    if (this.size >= this.parent.length) {
      throw new RangeError(`more than ${this.parent.length} runs`);
    }
    return this.size++;
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
