import { KnownPrompts } from '../cache/known-prompts.ts';
import type { ReplayCache, ServedCall } from '../cache/replay-cache.ts';
import type { BatchEngine } from '../timing/batch-engine.ts';
import { Prefetches } from './prefetches.ts';
import type { Prefetch, PrefetchOutcome } from './prefetches.ts';

/** Fewer tokens than this are not worth a warm-up, as in the embedded engine. */
const minTokens = 64;

/**
 * Prompts computed ahead while an engine has time: what it has computed of one is in the cache from then on and not
 * before. A call that comes earlier takes what there is and computes the rest itself.
 */
export class Prefetching {
  readonly #cache: ReplayCache;
  readonly #engine: Pick<BatchEngine, 'warmUp'>;
  readonly #known = new KnownPrompts();
  readonly #books: Prefetches;
  readonly #lastCall = new Map<number, ServedCall['call']>();
  /** One a session, in the order in which they were handed over. */
  readonly #open = new Map<number, Prefetch>();

  constructor(cache: ReplayCache, engine: Pick<BatchEngine, 'warmUp'>) {
    this.#cache = cache;
    this.#engine = engine;
    this.#books = new Prefetches(cache.load.blockTokens);
  }

  /** A call of the session has ended, and there will be another one. */
  ended(session: number): void {
    this.catchUp();
    const call = this.#lastCall.get(session);
    const expected = call && this.#cache.expected(call);
    const prompt = expected && this.#known.of(session, expected);
    if (prompt === undefined) return;
    const { load } = this.#cache;
    const { held, wanted } = this.#cache.heldOf(session, prompt);
    if ((wanted - held) * load.blockTokens < minTokens) return;
    if (!this.#cache.mayBringAhead(session, prompt)) return;
    const prefill = { call: -1, from: held * load.blockTokens, to: wanted * load.blockTokens };
    this.#open.set(session, { prompt, from: held, to: held, prefill });
    this.#books.issued();
    this.#engine.warmUp(prefill);
  }

  /** What has been computed by now comes into the cache. */
  catchUp(): void {
    for (const [session, prefetch] of this.#open) this.#bringIn(session, prefetch);
  }

  /** The session's next call is served: it found `heldBlocks`, prefetched ones included. */
  served(session: number, { call, heldBlocks }: ServedCall): void {
    this.#lastCall.set(session, call);
    this.#known.seen(session, call.block);
    const prefetch = this.#open.get(session);
    if (prefetch === undefined) return;
    this.#open.delete(session);
    const { prefill, from } = prefetch;
    const computed = prefill.from - from * this.#cache.load.blockTokens;
    prefill.from = prefill.to;
    this.#books.settled(prefetch, computed, call.block, heldBlocks);
  }

  over(session: number): void {
    this.#known.ended(session);
    this.#lastCall.delete(session);
  }

  outcome(): PrefetchOutcome {
    return this.#books.outcome();
  }

  #bringIn(session: number, prefetch: Prefetch): void {
    const { prompt, prefill, from, to } = prefetch;
    const { blockTokens } = this.#cache.load;
    if (prefill.from === from * blockTokens) {
      this.#beginsAt(session, prefetch);
      return;
    }
    const computed = Math.floor(prefill.from / blockTokens);
    if (computed <= to) return;
    prefetch.to = Math.max(to, this.#cache.bringAhead(session, prompt, computed));
    // There is no room for it, or what lies before it is gone: the rest would be in vain.
    if (prefetch.to < computed) prefill.to = prefill.from;
  }

  /** Until the engine begins with it, it will begin behind what is held by then. */
  #beginsAt(session: number, prefetch: Prefetch): void {
    const { prompt, prefill } = prefetch;
    const { held, wanted } = this.#cache.heldOf(session, prompt);
    prefetch.from = held;
    prefetch.to = held;
    prefill.from = held * this.#cache.load.blockTokens;
    prefill.to = wanted * this.#cache.load.blockTokens;
  }
}
