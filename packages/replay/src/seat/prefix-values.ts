import type { Policy } from '@entresol/runtime-core';
import type { Run } from '../cache/block-tree.ts';
import type { CacheView } from '../cache/replacement.ts';
import { seatScope } from './seat-prompts.ts';
import type { SeatPrompts } from './seat-prompts.ts';
import type { SeatContext } from './seat-context.ts';

/** Parts of a conversation that are valued and given up one by one, last first. */
const parts = 4;
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
  /** By conversation, then quarter. */
  readonly #partValue: Float64Array;
  readonly #partAsked: Int32Array;
  /** What a conversation's first quarters are worth together. */
  readonly #upTo: Float64Array;
  readonly #upToAsked: Int32Array;
  readonly #ended: Uint8Array;

  constructor(policy: Policy, context: SeatContext, cache: CacheView, prompts: SeatPrompts) {
    this.#policy = policy;
    this.#context = context;
    this.#cache = cache;
    this.#prompts = prompts;
    const { roles, sessions } = cache.load.trace;
    const cells = prompts.conversations * parts;
    this.#roleValue = new Float64Array(roles);
    this.#roleAsked = new Int32Array(roles).fill(-1);
    this.#partValue = new Float64Array(cells);
    this.#partAsked = new Int32Array(cells).fill(-1);
    this.#upTo = new Float64Array(cells);
    this.#upToAsked = new Int32Array(cells).fill(-1);
    this.#ended = new Uint8Array(sessions.length);
  }

  ended(session: number): void {
    this.#ended[session] = 1;
  }

  /** Of the last cached block of a run; 0 where nothing will ask for it again. */
  of(run: Run): number {
    const { tree } = this.#cache;
    if (tree.isRole(run)) return this.#ofRole(run);
    if (this.#isDead(run)) return 0;
    const slot = this.#prompts.slotOf(tree.session[run] ?? 0, tree.conversation[run] ?? 0);
    return this.#ofPart(slot, this.#partOf(run));
  }

  /** Cached blocks at the end of a run that have the same value. */
  portion(run: Run): number {
    const { tree } = this.#cache;
    const cached = tree.cached[run] ?? 0;
    if (tree.isRole(run) || this.#isDead(run)) return cached;
    const from = Math.floor((this.#partOf(run) / parts) * (tree.chainBlocks[run] ?? 0));
    return Math.max(1, cached - Math.max(0, from - (tree.start[run] ?? 0)));
  }

  #isDead(run: Run): boolean {
    const { tree } = this.#cache;
    return tree.superseded[run] === 1 || this.#ended[tree.session[run] ?? 0] === 1;
  }

  /** Quarter of the conversation that the run's last cached block is in, from 0. */
  #partOf(run: Run): number {
    const { tree } = this.#cache;
    const middle = (tree.start[run] ?? 0) + (tree.cached[run] ?? 0) - 0.5;
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

  #ofPart(slot: number, part: number): number {
    const cell = slot * parts + part;
    const { now, load } = this.#cache;
    if (this.#partAsked[cell] === now) return this.#partValue[cell] ?? 0;
    const held = this.#prompts.held(slot);
    const own = held === undefined ? 0 : held.tokens - held.roleTokens;
    const before = part === 0 ? 0 : this.#worthUpTo(slot, part - 1);
    const blocks = own / parts / load.blockTokens;
    const value = blocks > 0 ? Math.max(0, this.#worthUpTo(slot, part) - before) / blocks : 0;
    this.#partValue[cell] = value;
    this.#partAsked[cell] = now;
    return value;
  }

  /** Of the conversation's own part up to the end of a quarter. */
  #worthUpTo(slot: number, part: number): number {
    const cell = slot * parts + part;
    const { now } = this.#cache;
    if (this.#upToAsked[cell] === now) return this.#upTo[cell] ?? 0;
    const held = this.#prompts.held(slot);
    let worth = 0;
    if (held !== undefined) {
      const own = Math.floor(((held.tokens - held.roleTokens) * (part + 1)) / parts);
      const keep = this.#keep(this.#prompts.partRef(held, held.roleTokens + own));
      worth = keep * this.#context.cost(seatScope).footprintBytes(own);
    }
    this.#upTo[cell] = worth;
    this.#upToAsked[cell] = now;
    return worth;
  }

  #keep(prefix: Parameters<NonNullable<NonNullable<Policy['score']>['prefix']>>[0]): number {
    const keep = this.#policy.score?.prefix?.(prefix, rankHorizonMs, this.#context)?.keep ?? 0;
    return keep > 0 ? keep : 0;
  }
}
