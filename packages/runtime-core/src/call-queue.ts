import type { QueueWish } from './directives.ts';
import { FairTurns, type Turn } from './fair-turns.ts';
import type { CallId, Milliseconds } from './identities.ts';
import type { CallDraft } from './policy.ts';
import type { Clock } from './ports.ts';
import type { CallQueueOptions } from './queue-options.ts';
import { WaitTimes, type WaitReport } from './wait-times.ts';

/** A call that wants to be sent. */
export interface Entrant {
  readonly draft: CallDraft;
  /** Place by arrival, smaller = earlier; a call that was held keeps the place it came with. */
  readonly arrival: number;
  readonly wish: QueueWish | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The call may be sent now; `leave` gives its place on the endpoint back, once. */
export interface Admitted {
  readonly waitedMs: Milliseconds;
  readonly leave: () => void;
}

interface CallQueueParts {
  readonly clock: Clock;
  readonly options: Required<CallQueueOptions>;
  /** Larger = sooner; undefined = no opinion. Must not throw. */
  readonly score: (draft: CallDraft) => number | undefined;
  /** Is there a call that waits for this one? */
  readonly awaited: (call: CallId) => boolean;
}

export interface QueueReport {
  readonly concurrency: number;
  readonly running: number;
  readonly waiting: number;
  /** Calls that left for the engine, at once or after a wait. */
  readonly sent: number;
  /** Of those, calls that were sent at `maxWaitMs`, above `concurrency`. */
  readonly overflowed: number;
  /** Calls that ended while they waited. */
  readonly abandoned: number;
  /** Most calls of its key that came later and left before one call. */
  readonly mostOvertaken: number;
  /** Times that a policy could not say what a key owes. */
  readonly accountFaults: number;
  readonly waits: WaitReport;
}

interface Waiter extends Turn {
  readonly draft: CallDraft;
  readonly arrival: number;
  readonly sinceMs: Milliseconds;
  overtaken: number;
  readonly send: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Calls that wait for one endpoint. Between keys: fair queueing by cost and weight ({@link FairTurns}). Within a key: who
 * was overtaken or has waited to the bound, then who is waited for by others, then the highest score, then who came
 * first. Without wishes and scores that is first come, first served.
 */
export class CallQueue {
  readonly #parts: CallQueueParts;
  readonly #turns = new FairTurns();
  readonly #waits = new WaitTimes();
  /** In order of arrival. */
  readonly #waiting: Waiter[] = [];
  #running = 0;
  #sent = 0;
  #overflowed = 0;
  #abandoned = 0;
  #mostOvertaken = 0;
  #state: 'limited' | 'open' | { readonly closed: Error } = 'limited';

  constructor(parts: CallQueueParts) {
    this.#parts = parts;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when the call may be sent. Rejects with the signal's reason when it is aborted before, or with the error
   * that the queue was closed with.
   */
  async enter(entrant: Entrant): Promise<Admitted> {
    const { clock, options } = this.#parts;
    entrant.signal?.throwIfAborted();
    if (typeof this.#state === 'object') throw this.#state.closed;
    const sinceMs = clock.now();
    if (this.#state === 'limited' && this.#running >= options.concurrency) {
      await this.#wait(entrant, sinceMs);
    } else {
      this.#turns.serve(turnOf(entrant));
      this.#running += 1;
    }
    this.#sent += 1;
    const waitedMs = clock.now() - sinceMs;
    this.#waits.add(waitedMs);
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      this.#running -= 1;
      this.#fill();
    };
    return { waitedMs, leave };
  }

  async #wait(entrant: Entrant, sinceMs: Milliseconds): Promise<void> {
    const { clock, options } = this.#parts;
    const { draft, arrival, signal } = entrant;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      ...turnOf(entrant),
      draft,
      arrival,
      sinceMs,
      overtaken: 0,
      send: resolve,
      reject,
    };
    const behind = this.#waiting.findLastIndex((other) => other.arrival < arrival);
    this.#waiting.splice(behind + 1, 0, waiter);
    this.#turns.join(waiter);
    const cancel = clock.at(sinceMs + options.maxWaitMs, () => {
      this.#overflowed += 1;
      this.#send(waiter);
    });
    const abort = (): void => {
      if (!this.#remove(waiter)) return;
      this.#abandoned += 1;
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      // An app's signal may outlive thousands of calls.
      signal?.removeEventListener('abort', abort);
      cancel();
    }
  }

  #remove(waiter: Waiter): boolean {
    const at = this.#waiting.indexOf(waiter);
    if (at === -1) return false;
    this.#waiting.splice(at, 1);
    this.#turns.leave(waiter);
    return true;
  }

  #overtake(waiter: Waiter): void {
    for (const other of this.#waiting) {
      if (!sameKey(other, waiter) || other.arrival >= waiter.arrival) continue;
      other.overtaken += 1;
      this.#mostOvertaken = Math.max(this.#mostOvertaken, other.overtaken);
    }
  }

  #send(waiter: Waiter): void {
    this.#turns.serve(waiter);
    this.#remove(waiter);
    this.#running += 1;
    waiter.send();
  }

  #fill(): void {
    while (this.#waiting.length > 0 && this.#running < this.#parts.options.concurrency) {
      const next = this.#turns.choose(this.#waiting, (calls) => this.#ofKey(calls));
      if (next === undefined) return;
      this.#overtake(next);
      this.#send(next);
    }
  }

  /** @param calls of one key, in order of arrival */
  #ofKey(calls: readonly Waiter[]): Waiter | undefined {
    const { clock, options, awaited, score } = this.#parts;
    const nowMs = clock.now();
    const due = calls.find(
      ({ overtaken, sinceMs }) =>
        overtaken >= options.maxOvertaken || nowMs - sinceMs >= options.maxOvertakenMs,
    );
    const first = due ?? calls.find(({ draft }) => awaited(draft.call));
    if (first !== undefined) return first;
    let best: Waiter | undefined;
    let bestScore = -Infinity;
    for (const call of calls) {
      const said = score(call.draft);
      const value = said !== undefined && Number.isFinite(said) ? said : 0;
      if (value > bestScore) [best, bestScore] = [call, value];
    }
    return best;
  }

  /** Nobody waits any more, from now on: the kill switch. */
  open(): void {
    if (this.#state === 'limited') this.#state = 'open';
    for (const waiter of this.#waiting.slice()) this.#send(waiter);
  }

  /** Who waits fails with `error`, and so does who comes later. */
  close(error: Error): void {
    this.#state = { closed: error };
    for (const waiter of this.#waiting.slice()) {
      this.#remove(waiter);
      this.#abandoned += 1;
      waiter.reject(error);
    }
  }

  report(): QueueReport {
    return {
      concurrency: this.#parts.options.concurrency,
      running: this.#running,
      waiting: this.#waiting.length,
      sent: this.#sent,
      overflowed: this.#overflowed,
      abandoned: this.#abandoned,
      mostOvertaken: this.#mostOvertaken,
      accountFaults: this.#turns.accountFaults,
      waits: this.#waits.report(),
    };
  }
}

/** Calls about which no policy said anything are one flow, charged by their length. */
function turnOf({ wish, draft }: Entrant): Turn {
  return wish ?? { key: '', cost: draft.inputTokens, weight: 1 };
}

function sameKey(a: Turn, b: Turn): boolean {
  return a.key === b.key && a.of?.key === b.of?.key;
}
