import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { KnownPrompt } from './known-prompts.ts';
import { noRun } from './run.ts';
import type { BlockTree } from './block-tree.ts';
import type { Occupancy } from './occupancy.ts';
import type { Run } from './run.ts';
import type { Replacement, SeenCall } from './replacement.ts';

interface Arrival {
  readonly now: number;
  readonly session: number;
  readonly index: number;
  readonly block: BlockCall;
}

/** Which runs of the tree every prompt consists of: its role prefix, shared by all sessions, and its conversation behind it. */
export class PromptRuns {
  readonly #tree: BlockTree;
  readonly #policy: Replacement;
  readonly #roleRuns: Run[][];
  /** By session, then conversation. */
  readonly #chains: (Run[] | undefined)[][];

  constructor(tree: BlockTree, { trace, sessions }: BlockLoad, policy: Replacement) {
    this.#tree = tree;
    this.#policy = policy;
    this.#roleRuns = Array.from({ length: trace.roles }, () => []);
    this.#chains = sessions.map(() => []);
  }

  /** Runs of the prompt that a conversation would continue, or of a role prefix alone. */
  known(session: number, { role, conversation }: KnownPrompt): readonly Run[] {
    const chain = conversation === undefined ? [] : (this.#chains[session]?.[conversation] ?? []);
    return [...(this.#roleRuns[role] ?? []), ...chain];
  }

  /** Leading blocks of a coming prompt that are cached. */
  heldBlocks(session: number, block: BlockCall): number {
    const role = this.#heldOf(this.#roleRuns[block.role] ?? [], block.roleBlocks);
    if (role < block.roleBlocks) return role;
    const chain = this.#chains[session]?.[block.conversation] ?? [];
    return role + this.#heldOf(chain, block.reusedBlocks - block.roleBlocks);
  }

  #heldOf(runs: readonly Run[], wanted: number): number {
    let held = 0;
    let covered = 0;
    for (const run of runs) {
      if (covered >= wanted) break;
      const blocks = Math.min(this.#tree.blocks[run] ?? 0, wanted - covered);
      const here = Math.min(this.#tree.cached[run] ?? 0, blocks);
      held += here;
      covered += blocks;
      if (here < blocks) break;
    }
    return held;
  }

  /** Finds and makes the runs of a prompt, parting those that it shares in part. */
  locate({ now, session, index, block }: Arrival): {
    readonly call: SeenCall;
    /** Leading blocks in the pool, and in pool and host tier together. */
    readonly heldBlocks: number;
    readonly anywhereBlocks: number;
  } {
    const tree = this.#tree;
    const path: Run[] = [];
    const roleRuns = (this.#roleRuns[block.role] ??= []);
    this.#cover(roleRuns, block.roleBlocks, path);
    const known = path.reduce((sum, run) => sum + (tree.blocks[run] ?? 0), 0);
    if (known < block.roleBlocks) {
      const { agent, role, roleBlocks } = block;
      const parent = path.at(-1) ?? noRun;
      const blocks = roleBlocks - known;
      const run = tree.add({ parent, start: known, blocks, agent, owner: undefined, role }, now);
      roleRuns.push(run);
      path.push(run);
    }
    const roleCount = path.length;
    const chain = ((this.#chains[session] ??= [])[block.conversation] ??= []);
    const earlier = chain.reduce((sum, run) => sum + (tree.blocks[run] ?? 0), 0);
    const own = block.reusedBlocks - block.roleBlocks;
    const kept = this.#cover(chain, own, path);
    for (const run of chain.splice(kept)) tree.superseded[run] = 1;
    const reusedRuns = path.length;
    const heldBlocks = this.#heldInRow(path, this.#tree.device);
    const anywhereBlocks = this.#heldInRow(path, this.#tree.anywhere);
    this.#extend({ now, session, index, block }, chain, path);
    const reusedShare = block.first ? undefined : Math.min(1, own / Math.max(1, earlier));
    const call: SeenCall = {
      now,
      session,
      index,
      block,
      path,
      roleRuns: roleCount,
      reusedRuns,
      reusedShare,
    };
    return { call, heldBlocks, anywhereBlocks };
  }

  /**
   * Appends to `path` the runs that hold the first `wanted` blocks of a chain.
   * @returns how many runs of the chain that are
   */
  #cover(chain: Run[], wanted: number, path: Run[]): number {
    const tree = this.#tree;
    let covered = 0;
    let runs = 0;
    while (covered < wanted && runs < chain.length) {
      const run = chain[runs] ?? noRun;
      if (covered + (tree.blocks[run] ?? 0) > wanted) {
        chain.splice(runs + 1, 0, this.#split(run, wanted - covered));
      }
      path.push(run);
      covered += tree.blocks[run] ?? 0;
      runs += 1;
    }
    return runs;
  }

  #split(run: Run, at: number): Run {
    const tail = this.#tree.split(run, at);
    this.#policy.split?.(run, tail);
    return tail;
  }

  #heldInRow(path: readonly Run[], { held }: Occupancy): number {
    let blocks = 0;
    for (const run of path) {
      blocks += held[run] ?? 0;
      if ((held[run] ?? 0) < (this.#tree.blocks[run] ?? 0)) break;
    }
    return blocks;
  }

  /** Adds what is new behind the reused blocks; parted where the next call will leave it, if the policy knows. */
  #extend({ now, session, block }: Arrival, chain: Run[], path: Run[]): void {
    const { agent, role, conversation, roleBlocks, reusedBlocks, blocks } = block;
    const owner = { session, conversation };
    const ends = [blocks];
    const next = block.nextReusedBlocks;
    if (this.#policy.knowsReuse === true && next !== undefined) {
      if (next > reusedBlocks && next < blocks) ends.unshift(next);
      if (next < reusedBlocks) this.#partAt(chain, next - roleBlocks, path);
    }
    let at = reusedBlocks;
    for (const end of ends) {
      if (end <= at) continue;
      const start = at - roleBlocks;
      const parent = path.at(-1) ?? noRun;
      const run = this.#tree.add({ parent, start, blocks: end - at, agent, owner, role }, now);
      chain.push(run);
      path.push(run);
      at = end;
    }
  }

  #partAt(chain: Run[], at: number, path: Run[]): void {
    let covered = 0;
    for (const [index, run] of chain.entries()) {
      const blocks = this.#tree.blocks[run] ?? 0;
      if (covered < at && at < covered + blocks) {
        const tail = this.#split(run, at - covered);
        chain.splice(index + 1, 0, tail);
        path.splice(path.indexOf(run) + 1, 0, tail);
        return;
      }
      covered += blocks;
    }
  }
}
