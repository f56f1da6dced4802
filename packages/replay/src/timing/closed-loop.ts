import { thinkMs } from './think-time.ts';
import { TimedQueue } from './timed-queue.ts';
import type { BatchEngine, BatchListener } from './batch-engine.ts';
import type { BlockCall, BlockLoad } from '../load/block-load.ts';
import type { CallOrder } from '../load/interleave.ts';
import type { Prefill } from './prefill-queue.ts';
import type { ThinkTimes } from './think-time.ts';
import type { WarmUp } from './warm-up.ts';

export interface ClosedLoopInput {
  readonly load: BlockLoad;
  readonly order: CallOrder;
  readonly cachedByCall: Int32Array;
  readonly concurrency: number;
  readonly warmUps: readonly WarmUp[];
  readonly think: ThinkTimes;
}

/** A warm-up on its way; until it is asked for the engine does not know it. */
interface PendingWarmUp {
  readonly prefill: Prefill;
  asked: boolean;
}

/**
 * Sessions that call an engine: `concurrency` are open, in the order in which they first call; one that ends is replaced by the next.
 * Calls are named by their position in the order.
 */
export class ClosedLoop implements BatchListener {
  readonly ttftMs: Float64Array;
  outputTokens = 0;
  endedMs = 0;
  readonly #input: ClosedLoopInput;
  readonly #issuedMs: Float64Array;
  /** Positions of each session's calls, in causal order. */
  readonly #positions: readonly (readonly number[])[];
  readonly #made: Int32Array;
  readonly #arrivals = new TimedQueue();
  readonly #warmUpsAfter = new Map<number, PendingWarmUp[]>();
  readonly #warmUpsBefore = new Map<number, PendingWarmUp[]>();
  readonly #sessions: readonly number[];
  #opened = 0;
  #left: number;
  #engine: BatchEngine | undefined;

  constructor(input: ClosedLoopInput) {
    const { load, order, warmUps } = input;
    this.#input = input;
    this.ttftMs = new Float64Array(order.sessions.length);
    this.#issuedMs = new Float64Array(order.sessions.length);
    this.#positions = positionsBySession(load, order);
    this.#sessions = sessionsOf(order);
    this.#left = order.sessions.length;
    this.#made = new Int32Array(load.sessions.length);
    for (const { afterCall, beforeCall, tokens, depth = 0 } of warmUps) {
      const pending = { prefill: { call: -1, from: depth, to: depth + tokens }, asked: false };
      collect(this.#warmUpsAfter, afterCall, pending);
      if (beforeCall !== undefined) collect(this.#warmUpsBefore, beforeCall, pending);
    }
  }

  /** Plays all sessions. Warm-ups that are left when the last call has ended are not waited for. */
  drive(engine: BatchEngine): void {
    this.#engine = engine;
    for (let open = 0; open < this.#input.concurrency; open++) this.#openNext(0);
    while (this.#left > 0) {
      while (this.#arrivals.nextKey <= engine.nowMs) this.#issue(engine);
      if (!engine.idle) engine.advance(this.#arrivals.nextKey);
      else if (this.#left > 0) engine.waitUntil(this.#arrivals.nextKey);
    }
  }

  firstToken(call: number, atMs: number): void {
    this.ttftMs[call] = atMs - (this.#issuedMs[call] ?? 0);
  }

  ended(call: number, atMs: number): void {
    this.endedMs = atMs;
    this.outputTokens += Math.max(1, this.#blockOf(call)?.outputTokens ?? 0);
    this.#left -= 1;
    for (const pending of this.#warmUpsAfter.get(call) ?? []) {
      pending.asked = true;
      this.#engine?.warmUp(pending.prefill);
    }
    const session = this.#input.order.sessions[call] ?? 0;
    this.#made[session] = (this.#made[session] ?? 0) + 1;
    if (!this.#plan(session, atMs)) this.#openNext(atMs);
  }

  /** The next call that is due reaches the engine. */
  #issue(engine: BatchEngine): void {
    const atMs = this.#arrivals.nextKey;
    const call = this.#arrivals.pop() ?? 0;
    const block = this.#blockOf(call);
    if (block === undefined) return;
    this.#issuedMs[call] = atMs;
    let cachedTokens = this.#input.cachedByCall[call] ?? 0;
    for (const { prefill, asked } of this.#warmUpsBefore.get(call) ?? []) {
      // What was not computed by now the call computes itself; a warm-up that was never asked for is not in its cache.
      const missing = prefill.to - prefill.from;
      cachedTokens -= asked ? missing : 0;
      prefill.from = prefill.to;
    }
    const { promptTokens, outputTokens } = block;
    engine.submit(call, { promptTokens, cachedTokens: Math.max(0, cachedTokens), outputTokens });
  }

  #openNext(atMs: number): void {
    const session = this.#sessions[this.#opened];
    if (session === undefined) return;
    this.#opened += 1;
    this.#plan(session, atMs);
  }

  /** @returns false when the session has no call left */
  #plan(session: number, nowMs: number): boolean {
    const made = this.#made[session] ?? 0;
    const position = this.#positions[session]?.[made];
    const recorded = this.#input.load.trace.sessions[session];
    if (position === undefined || recorded === undefined) return false;
    this.#arrivals.push(nowMs + thinkMs(recorded, session, made, this.#input.think), position);
    return true;
  }

  #blockOf(call: number): BlockCall | undefined {
    const { load, order } = this.#input;
    return load.sessions[order.sessions[call] ?? 0]?.[order.calls[call] ?? 0];
  }
}

/** Sessions in the order in which they first call. */
function sessionsOf({ sessions }: CallOrder): readonly number[] {
  return [...new Set(sessions)];
}

function positionsBySession({ sessions }: BlockLoad, order: CallOrder): readonly number[][] {
  const positions: number[][] = sessions.map(() => []);
  order.sessions.forEach((session, at) => positions[session]?.push(at));
  return positions;
}

function collect(byCall: Map<number, PendingWarmUp[]>, call: number, pending: PendingWarmUp): void {
  const known = byCall.get(call);
  if (known === undefined) byCall.set(call, [pending]);
  else known.push(pending);
}
