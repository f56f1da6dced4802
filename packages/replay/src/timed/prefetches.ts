import type { KnownPrompt } from '../cache/known-prompts.ts';
import type { BlockCall } from '../load/block-load.ts';
import type { Prefill } from '../timing/prefill-queue.ts';

/** What was computed ahead, and what came of it. */
export interface PrefetchOutcome {
  /** Handed to the engine. */
  readonly issued: number;
  /** Those that the engine had time to begin with. */
  readonly begun: number;
  /** Those of which the session's next call found at least a block. */
  readonly used: number;
  readonly computedTokens: number;
  /** Of them, what the session's next call did not find or did not want. */
  readonly wastedTokens: number;
}

/** The known prompt of the call that is expected next in a session, on its way. Lengths in blocks. */
export interface Prefetch {
  readonly prompt: KnownPrompt;
  /** What was held already when the engine began with it. */
  from: number;
  /** Up to where it has come into the cache. */
  to: number;
  /** As the engine's queue has it, in tokens. */
  readonly prefill: Prefill;
}

/** The books of prefetching: each one is settled by the next call of its session. */
export class Prefetches {
  readonly #blockTokens: number;
  #issued = 0;
  #begun = 0;
  #used = 0;
  #computedTokens = 0;
  #foundTokens = 0;

  constructor(blockTokens: number) {
    this.#blockTokens = blockTokens;
  }

  issued(): void {
    this.#issued += 1;
  }

  /**
   * @param computedTokens - up to where the engine had come
   * @param call - the session's next one; undefined = there is none
   * @param held - leading blocks of its prompt that it found
   */
  settled(
    { prompt, from, to }: Prefetch,
    computedTokens: number,
    call: BlockCall | undefined,
    held: number,
  ): void {
    if (computedTokens > 0) this.#begun += 1;
    this.#computedTokens += computedTokens;
    const meant =
      call !== undefined &&
      prompt.role === call.role &&
      (prompt.conversation === undefined || prompt.conversation === call.conversation);
    const found = meant ? Math.max(0, Math.min(held, to) - from) : 0;
    if (found === 0) return;
    this.#used += 1;
    this.#foundTokens += found * this.#blockTokens;
  }

  outcome(): PrefetchOutcome {
    return {
      issued: this.#issued,
      begun: this.#begun,
      used: this.#used,
      computedTokens: this.#computedTokens,
      wastedTokens: this.#computedTokens - this.#foundTokens,
    };
  }
}
