import { thinkMs } from './think-time.ts';
import { TimedQueue } from './timed-queue.ts';
import type { BatchEngine, BatchListener } from './batch-engine.ts';
import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { ThinkTimes } from './think-time.ts';
import type { Touch } from './touch.ts';

/** What a call finds when it reaches the engine. */
interface FoundTokens {
  readonly cachedTokens: number;
  /** To be brought up from the host tier before its prompt can be computed. */
  readonly hostTokens: number;
  /** Computed ahead of it. */
  readonly touches: readonly Omit<Touch, 'beforeCall'>[];
}

/** The cache that the calls meet. */
export interface CallCache {
  /** Asked once for each call, in the order in which they are issued. */
  found(call: number, atMs: number): FoundTokens;
  ended?(call: number, atMs: number): void;
}

/** A call that waits at the client for a place in the engine. */
export interface WaitingCall {
  readonly call: number;
  /** Calls that had been let in when it came. */
  readonly since: number;
}

/** Where calls wait before the engine takes them. */
export interface ClientQueue {
  /** Calls in the engine at most. */
  readonly places: number;
  /**
   * Which of the waiting calls is let in next, by its index.
   * @param waiting in the order in which they came
   * @param letIn calls so far
   */
  choose(waiting: readonly WaitingCall[], letIn: number): number;
}

export interface ClosedLoopInput {
  readonly load: BlockLoad;
  /** In the order in which they open. */
  readonly sessions: readonly number[];
  /** By session: numbers of its calls, each below the number of all calls. */
  readonly calls: readonly (readonly number[])[];
  readonly concurrency: number;
  readonly think: ThinkTimes;
  readonly perLoadedTokenMs: number;
  readonly cache: CallCache;
  /** Absent = the engine takes every call when it is issued. */
  readonly queue: ClientQueue | undefined;
}

/**
 * Sessions that call an engine: `concurrency` are open; one that ends is replaced by the next. What a call finds in the
 * host tier is brought up over one link, call after call, while others are computed.
 */
export class ClosedLoop implements BatchListener {
  /** By number of the call. */
  readonly ttftMs: Float64Array;
  /** From issue to the engine; 0 without a queue. */
  readonly waitMs: Float64Array;
  /** Calls that were let in meanwhile. */
  readonly waits: Int32Array;
  outputTokens = 0;
  endedMs = 0;
  readonly #input: ClosedLoopInput;
  readonly #blocks: (BlockCall | undefined)[];
  readonly #sessionOf: Int32Array;
  readonly #issuedMs: Float64Array;
  readonly #made: Int32Array;
  readonly #arrivals = new TimedQueue();
  /** Calls whose tokens are on their way up, by when they are there. */
  readonly #loading = new TimedQueue();
  /** Tokens that a loading call will not compute. */
  readonly #loadedTokens = new Map<number, number>();
  readonly #waiting: WaitingCall[] = [];
  #letIn = 0;
  #inEngine = 0;
  #freedMs = 0;
  #linkFreeMs = 0;
  #opened = 0;
  #left: number;

  constructor(input: ClosedLoopInput) {
    const { load, calls } = input;
    const total = calls.reduce((sum, own) => sum + own.length, 0);
    this.#input = input;
    this.ttftMs = new Float64Array(total);
    this.waitMs = new Float64Array(total);
    this.waits = new Int32Array(total);
    this.#issuedMs = new Float64Array(total);
    this.#blocks = Array.from({ length: total });
    this.#sessionOf = new Int32Array(total);
    this.#left = total;
    this.#made = new Int32Array(load.sessions.length);
    for (const [session, own] of calls.entries()) {
      for (const [index, call] of own.entries()) {
        this.#blocks[call] = load.sessions[session]?.[index];
        this.#sessionOf[call] = session;
      }
    }
  }

  /** Plays all sessions. Prefetches that are left when the last call has ended are not waited for. */
  drive(engine: BatchEngine): void {
    for (let open = 0; open < this.#input.concurrency; open++) this.#openNext(0);
    while (this.#left > 0) {
      while (this.#arrivals.nextKey <= engine.nowMs) this.#issue(engine);
      this.#letWaitingIn(engine);
      while (this.#loading.nextKey <= engine.nowMs) this.#loaded(engine);
      const nextMs = Math.min(this.#arrivals.nextKey, this.#loading.nextKey);
      if (!engine.idle) engine.advance(nextMs);
      else if (this.#left > 0) engine.waitUntil(nextMs);
    }
  }

  firstToken(call: number, atMs: number): void {
    this.ttftMs[call] = atMs - (this.#issuedMs[call] ?? 0);
  }

  ended(call: number, atMs: number): void {
    this.endedMs = atMs;
    this.outputTokens += Math.max(1, this.#blocks[call]?.outputTokens ?? 0);
    this.#left -= 1;
    this.#inEngine -= 1;
    this.#freedMs = atMs;
    this.#input.cache.ended?.(call, atMs);
    const session = this.#sessionOf[call] ?? 0;
    this.#made[session] = (this.#made[session] ?? 0) + 1;
    if (!this.#plan(session, atMs)) this.#openNext(atMs);
  }

  /** The next call that is due is issued. */
  #issue(engine: BatchEngine): void {
    const atMs = this.#arrivals.nextKey;
    const call = this.#arrivals.pop() ?? 0;
    this.#issuedMs[call] = atMs;
    if (this.#input.queue === undefined) this.#enter(engine, call, atMs);
    else this.#waiting.push({ call, since: this.#letIn });
  }

  #letWaitingIn(engine: BatchEngine): void {
    const { queue } = this.#input;
    if (queue === undefined) return;
    while (this.#waiting.length > 0 && this.#inEngine < queue.places) {
      const [next] = this.#waiting.splice(queue.choose(this.#waiting, this.#letIn), 1);
      if (next === undefined) throw new RangeError('the queue has chosen no call');
      const { call, since } = next;
      const issuedMs = this.#issuedMs[call] ?? 0;
      const atMs = Math.max(issuedMs, this.#freedMs);
      this.waitMs[call] = atMs - issuedMs;
      this.waits[call] = this.#letIn - since;
      this.#letIn += 1;
      this.#enter(engine, call, atMs);
    }
  }

  /** A call reaches the engine. */
  #enter(engine: BatchEngine, call: number, atMs: number): void {
    this.#inEngine += 1;
    const { cachedTokens, hostTokens, touches } = this.#input.cache.found(call, atMs);
    for (const { depth, tokens } of touches) engine.touch(depth, depth + tokens);
    if (hostTokens === 0) {
      this.#submit(engine, call, cachedTokens);
      return;
    }
    this.#linkFreeMs = Math.max(this.#linkFreeMs, atMs) + hostTokens * this.#input.perLoadedTokenMs;
    this.#loadedTokens.set(call, cachedTokens + hostTokens);
    this.#loading.push(this.#linkFreeMs, call);
  }

  #loaded(engine: BatchEngine): void {
    const call = this.#loading.pop() ?? 0;
    this.#submit(engine, call, this.#loadedTokens.get(call) ?? 0);
    this.#loadedTokens.delete(call);
  }

  #submit(engine: BatchEngine, call: number, cachedTokens: number): void {
    const { promptTokens = 0, outputTokens = 0 } = this.#blocks[call] ?? {};
    engine.submit(call, { promptTokens, cachedTokens, outputTokens });
  }

  #openNext(atMs: number): void {
    const session = this.#input.sessions[this.#opened];
    if (session === undefined) return;
    this.#opened += 1;
    this.#plan(session, atMs);
  }

  /** @returns false when the session has no call left */
  #plan(session: number, nowMs: number): boolean {
    const { calls, load, think } = this.#input;
    const made = this.#made[session] ?? 0;
    const call = calls[session]?.[made];
    const recorded = load.trace.sessions[session];
    if (call === undefined || recorded === undefined) return false;
    this.#arrivals.push(nowMs + thinkMs(recorded, session, made, think), call);
    return true;
  }
}
