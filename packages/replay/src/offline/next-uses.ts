import type { CacheView, SeenCall } from '../cache/replacement.ts';

/** When what is cached will be used again: known to offline orders, from the order of calls itself. */
export class NextUses {
  readonly #cache: CacheView;
  /** By call of the order: when its conversation is called next. */
  readonly #nextOfConversation: Float64Array;
  /** By role: its calls with how many blocks of the role prefix they use. */
  readonly #roleCalls: { readonly at: number[]; readonly blocks: number[]; passed: number }[];
  /** By run of a conversation. */
  readonly #nextUse: Float64Array;

  constructor(cache: CacheView) {
    const { load, order, tree } = cache;
    this.#cache = cache;
    const total = order.sessions.length;
    this.#nextOfConversation = new Float64Array(total).fill(Number.POSITIVE_INFINITY);
    this.#roleCalls = Array.from({ length: load.trace.roles }, () => ({
      at: [],
      blocks: [],
      passed: 0,
    }));
    this.#nextUse = new Float64Array(tree.parent.length).fill(Number.POSITIVE_INFINITY);
    const next = new Map<string, number>();
    for (let at = total - 1; at >= 0; at--) {
      const session = order.sessions[at] ?? 0;
      const block = load.sessions[session]?.[order.calls[at] ?? 0];
      if (block === undefined) continue;
      const key = `${session} ${block.conversation}`;
      this.#nextOfConversation[at] = next.get(key) ?? Number.POSITIVE_INFINITY;
      next.set(key, at);
    }
    order.sessions.forEach((session, at) => {
      const block = load.sessions[session]?.[order.calls[at] ?? 0];
      if (block === undefined) return;
      const calls = this.#roleCalls[block.role];
      calls?.at.push(at);
      calls?.blocks.push(block.roleBlocks);
    });
  }

  /** What of the call's prompt its conversation's next call reuses is used then, and the rest never again. */
  called({ now, block, path, roleRuns }: SeenCall): void {
    const { tree } = this.#cache;
    for (const run of path.slice(roleRuns)) {
      const end = (tree.start[run] ?? 0) + (tree.blocks[run] ?? 0) + block.roleBlocks;
      const reused = block.nextReusedBlocks !== undefined && end <= block.nextReusedBlocks;
      this.#nextUse[run] = reused
        ? (this.#nextOfConversation[now] ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY;
    }
  }

  split(head: number, tail: number): void {
    this.#nextUse[tail] = this.#nextUse[head] ?? Number.POSITIVE_INFINITY;
  }

  /** Call at which the last of the run's first `held` blocks is used next; infinite = never. */
  of(run: number, held: number): number {
    const { tree } = this.#cache;
    if (tree.superseded[run] === 1) return Number.POSITIVE_INFINITY;
    if (!tree.isRole(run)) return this.#nextUse[run] ?? Number.POSITIVE_INFINITY;
    const calls = this.#roleCalls[tree.role[run] ?? 0];
    if (calls === undefined) return Number.POSITIVE_INFINITY;
    while ((calls.at[calls.passed] ?? Number.POSITIVE_INFINITY) <= this.#cache.now) calls.passed++;
    const end = (tree.start[run] ?? 0) + held;
    for (let use = calls.passed; use < calls.at.length; use++) {
      if ((calls.blocks[use] ?? 0) >= end) return calls.at[use] ?? Number.POSITIVE_INFINITY;
    }
    return Number.POSITIVE_INFINITY;
  }
}
