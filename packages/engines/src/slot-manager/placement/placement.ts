import type { PrefixRef } from '@entresol/runtime-core';
import type { Content } from '../slots/content.ts';
import type { Slot } from '../slots/slot-table.ts';

/** A slot made ready for a prompt: its KV cut to what the prompt shares. The caller marks it as occupied. */
export interface Placed {
  readonly slot: Slot;
  /** Leading prompt tokens whose KV is there. */
  readonly cached: number;
  /** Those of them that were loaded from a saved state. */
  readonly fromDisk: number;
  readonly movedBytes: number;
}

export interface PlaceOptions {
  readonly occupant: 'request' | 'warm-up';
  /**
   * Set for a warm-up: it takes a slot only if `rank` does not name this prefix as the first to go.
   */
  readonly unlessWorthLessThan?: PrefixRef;
}

/** Chooses slots. Callers hold the placement lock and make sure that a slot is idle. */
export interface Placement {
  /** Most cached tokens are the prompt's length less one: the last token is evaluated to sample from. */
  place(wanted: Content, options: PlaceOptions): Promise<Placed | undefined>;
  /** Is there a better start for a placed prompt than when it was placed? Prompts before it have been computed since. */
  improves(placed: Placed, wanted: Content): boolean;
  /** Brings that start into the prompt's slot. */
  improve(placed: Placed, wanted: Content): Promise<Placed>;
  /** Called when a prompt's role head has just been computed from scratch and nothing behind it yet. */
  keepRoleHead(slot: Slot): Promise<void>;
  /** True when the role head of `content` will have to be computed and should be kept by itself. */
  wantsRoleHead(content: Content, cached: number): boolean;
  /** Called when a slot was taken for a request and its content is on the way. */
  launched(): Promise<void>;
}
