import type { WarmUp } from '../timing/warm-up.ts';

/** What was computed ahead, and what came of it. */
export interface PrefetchOutcome {
  readonly issued: number;
  /** Those of which the session's next call found at least a block. */
  readonly used: number;
  /** Tokens computed that the session's next call did not find or did not want. */
  readonly wastedTokens: number;
  /** With the calls before which and after which they were computed, for the model of the engine's time. */
  readonly warmUps: readonly WarmUp[];
}

/** Blocks of the prompt of a call that is expected next in its session. */
interface Prefetched {
  readonly afterCall: number;
  readonly conversation: number | undefined;
  readonly role: number;
  readonly from: number;
  readonly to: number;
}

/** The books of prefetching: each one is settled by the next call of its session. */
export class Prefetches {
  readonly #blockTokens: number;
  readonly #open = new Map<number, Prefetched>();
  readonly #warmUps: WarmUp[] = [];
  #used = 0;
  #tokens = 0;
  #foundTokens = 0;

  constructor(blockTokens: number) {
    this.#blockTokens = blockTokens;
  }

  /** Computed so far. */
  get tokens(): number {
    return this.#tokens;
  }

  issued(session: number, prefetched: Prefetched): void {
    this.#tokens += (prefetched.to - prefetched.from) * this.#blockTokens;
    this.#open.set(session, prefetched);
  }

  /** @param held leading blocks of the call's prompt that it found */
  called(
    session: number,
    {
      now,
      role,
      conversation,
    }: { readonly now: number; readonly role: number; readonly conversation: number },
    held: number,
  ): void {
    const open = this.#open.get(session);
    if (open === undefined) return;
    this.#open.delete(session);
    const meant =
      open.role === role && (open.conversation === undefined || open.conversation === conversation);
    this.#settle(open, meant ? Math.max(0, Math.min(held, open.to) - open.from) : 0, now);
  }

  ended(session: number): void {
    const open = this.#open.get(session);
    if (open === undefined) return;
    this.#open.delete(session);
    this.#settle(open, 0, undefined);
  }

  outcome(): PrefetchOutcome {
    return {
      issued: this.#warmUps.length,
      used: this.#used,
      wastedTokens: this.#tokens - this.#foundTokens,
      warmUps: this.#warmUps,
    };
  }

  #settle(
    { afterCall, from, to }: Prefetched,
    found: number,
    beforeCall: number | undefined,
  ): void {
    const depth = from * this.#blockTokens;
    const tokens = (to - from) * this.#blockTokens;
    this.#warmUps.push({
      afterCall,
      tokens,
      depth,
      ...(found > 0 && beforeCall !== undefined ? { beforeCall } : {}),
    });
    if (found === 0) return;
    this.#used += 1;
    this.#foundTokens += found * this.#blockTokens;
  }
}
