import type { Policy } from '@entresol/runtime-core';
import type { Run } from '../cache/run.ts';
import type { CacheView } from '../cache/replacement.ts';
import { seatScope } from './seat-prompts.ts';
import type { HeldPrompt, SeatPrompts } from './seat-prompts.ts';
import type { SeatContext } from './seat-context.ts';

/** Parts of a conversation that are valued and given up one by one, last first. */
const parts = 4;
/** Cells of a conversation: its newest prompt's parts, and those of what that prompt took the place of. */
const cellsOf = 2 * parts;
/** As the runtime's retention asks: bounds the probability of reuse, not the order. */
const rankHorizonMs = 60_000;

/**
 * What a block of each part of the cache is worth to a policy, in expected ms saved per second: of a role prefix that of
 * its role, of a conversation that of one quarter, from the difference of two worths. Each is asked for once a call.
 */
export class PrefixValues {
  readonly #policy: Policy;
  readonly #context: SeatContext;
  readonly #cache: CacheView;
  readonly #prompts: SeatPrompts;
  readonly #roleValue: Float64Array;
  readonly #roleAsked: Int32Array;
  /** By conversation, then newest or superseded, then quarter. */
  readonly #partValue: Float64Array;
  readonly #partAsked: Int32Array;
  /** What a conversation's first quarters are worth together. */
  readonly #upTo: Float64Array;
  readonly #upToAsked: Int32Array;

  constructor(policy: Policy, context: SeatContext, cache: CacheView, prompts: SeatPrompts) {
    this.#policy = policy;
    this.#context = context;
    this.#cache = cache;
    this.#prompts = prompts;
    const { roles } = cache.load.trace;
    const cells = prompts.conversations * cellsOf;
    this.#roleValue = new Float64Array(roles);
    this.#roleAsked = new Int32Array(roles).fill(-1);
    this.#partValue = new Float64Array(cells);
    this.#partAsked = new Int32Array(cells).fill(-1);
    this.#upTo = new Float64Array(cells);
    this.#upToAsked = new Int32Array(cells).fill(-1);
  }

  /** Of the last of a run's first `held` blocks; 0 where nothing will ask for it again. */
  of(run: Run, held: number): number {
    const { tree } = this.#cache;
    if (tree.isRole(run)) return this.#ofRole(run);
    const slot = this.#prompts.slotOf(tree.session[run] ?? 0, tree.conversation[run] ?? 0);
    return this.#ofPart(slot, tree.superseded[run] === 1, this.#partOf(run, held));
  }

  /** Blocks at the end of a run's first `held` that have the same value. */
  portion(run: Run, held: number): number {
    const { tree } = this.#cache;
    // What is worth nothing is so from end to end.
    if (tree.isRole(run) || this.of(run, held) === 0) return held;
    const from = Math.floor((this.#partOf(run, held) / parts) * (tree.chainBlocks[run] ?? 0));
    return Math.max(1, held - Math.max(0, from - (tree.start[run] ?? 0)));
  }

  /** Quarter of the conversation that the last of the run's first `held` blocks is in, from 0. */
  #partOf(run: Run, held: number): number {
    const { tree } = this.#cache;
    const middle = (tree.start[run] ?? 0) + held - 0.5;
    const part = Math.floor((middle / Math.max(1, tree.chainBlocks[run] ?? 0)) * parts);
    return Math.max(0, Math.min(parts - 1, part));
  }

  #ofRole(run: Run): number {
    const { tree, load, now } = this.#cache;
    const role = tree.role[run] ?? 0;
    if (this.#roleAsked[role] !== now) {
      const tokens = ((tree.start[run] ?? 0) + (tree.blocks[run] ?? 0)) * load.blockTokens;
      const prefix = this.#prompts.roleRef(role, tree.agent[run] ?? 0, tokens);
      const keep = this.#keep(prefix);
      this.#roleValue[role] = keep * this.#context.cost(seatScope).footprintBytes(load.blockTokens);
      this.#roleAsked[role] = now;
    }
    return this.#roleValue[role] ?? 0;
  }

  #ofPart(slot: number, superseded: boolean, part: number): number {
    const first = slot * cellsOf + (superseded ? parts : 0);
    const cell = first + part;
    const { now, load } = this.#cache;
    if (this.#partAsked[cell] === now) return this.#partValue[cell] ?? 0;
    const held = superseded ? this.#prompts.superseded(slot) : this.#prompts.held(slot);
    let value = 0;
    const blocks =
      held === undefined ? 0 : (held.tokens - held.roleTokens) / parts / load.blockTokens;
    if (held !== undefined && blocks > 0 && this.#worthUpTo(held, first, part) > 0) {
      const before = part === 0 ? 0 : this.#worthUpTo(held, first, part - 1);
      value = Math.max(0, this.#worthUpTo(held, first, part) - before) / blocks;
    }
    this.#partValue[cell] = value;
    this.#partAsked[cell] = now;
    return value;
  }

  /** Of a prompt's own part up to the end of a quarter. */
  #worthUpTo(held: HeldPrompt, first: number, part: number): number {
    const cell = first + part;
    const { now } = this.#cache;
    if (this.#upToAsked[cell] === now) return this.#upTo[cell] ?? 0;
    const own = Math.floor(((held.tokens - held.roleTokens) * (part + 1)) / parts);
    const keep = this.#keep(this.#prompts.partRef(held, held.roleTokens + own));
    const worth = keep * this.#context.cost(seatScope).footprintBytes(own);
    this.#upTo[cell] = worth;
    this.#upToAsked[cell] = now;
    return worth;
  }

  #keep(prefix: Parameters<NonNullable<NonNullable<Policy['score']>['prefix']>>[0]): number {
    const keep = this.#policy.score?.prefix?.(prefix, rankHorizonMs, this.#context)?.keep ?? 0;
    return keep > 0 ? keep : 0;
  }
}
