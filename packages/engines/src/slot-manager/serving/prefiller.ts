import type { AsyncLock } from '../async-lock.ts';
import type { CostFit } from '../cost-fit.ts';
import type { Urgency } from '../slot-sequence.ts';
import type { Placement } from '../placement/placement.ts';
import type { Content } from '../slots/content.ts';
import { headOf } from '../slots/content.ts';
import type { Slot } from '../slots/slot-table.ts';
import type { SoloWatch } from './solo-watch.ts';

export interface PrefillRange {
  /** First position that is not in the KV yet. */
  readonly from: number;
  /** First position that is not wanted. */
  readonly to: number;
  readonly urgency: Urgency;
  /** Tokens handed to the engine at a time; asked before every chunk. */
  chunkTokens(): number;
  /** Ends the work at the next chunk boundary. */
  readonly stop: AbortSignal;
}

export interface PrefillerOptions {
  readonly placement: Placement;
  readonly lock: AsyncLock;
  readonly cost: CostFit;
  readonly solo: SoloWatch;
}

/** Computes prompts chunk by chunk, and hands over a role head on the way when it is to be kept by itself. */
export class Prefiller {
  readonly #options: PrefillerOptions;

  constructor(options: PrefillerOptions) {
    this.#options = options;
  }

  /** @returns the position reached; less than `to` only when stopped */
  async run(slot: Slot, wanted: Content, range: PrefillRange): Promise<number> {
    const { placement, lock, cost, solo } = this.#options;
    let roleEnd = placement.wantsRoleHead(wanted, range.from) ? wanted.roleTokens : undefined;
    let at = range.from;
    while (at < range.to && !range.stop.aborted) {
      const end = Math.min(at + Math.max(1, range.chunkTokens()), range.to, roleEnd ?? range.to);
      const elapsed = solo.start();
      await slot.sequence.prefill(wanted.tokens.subarray(at, end), range.urgency);
      const tookMs = elapsed();
      if (tookMs !== undefined) cost.learnCompute(at, end, tookMs);
      at = end;
      slot.content = headOf(wanted, at);
      if (at === roleEnd) {
        await lock.run(() => placement.keepRoleHead(slot));
        roleEnd = undefined;
      }
    }
    return at;
  }
}
