import type { Hold } from './directives.ts';
import type { CallId } from './identities.ts';
import type { Clock } from './ports.ts';

/** Lets a call wait for an event of another; every wait ends with that event, that call's end or failure, or `maxMs`. */
export class CallGate {
  readonly #clock: Clock;
  readonly #waiting = new Map<
    CallId,
    Set<{ readonly event: string; readonly release: () => void }>
  >();
  /** Calls that run, and whether their first token has come. */
  readonly #running = new Map<CallId, { firstToken: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Is there a call that waits for this one? */
  awaited(call: CallId): boolean {
    return this.#waiting.has(call);
  }

  /** Releases everybody who waits now. */
  release(): void {
    for (const waiting of this.#waiting.values()) {
      for (const waiter of waiting) waiter.release();
    }
  }

  started(call: CallId): void {
    this.#running.set(call, { firstToken: false });
  }

  /** Releases who waits for this event; an end or a failure releases everybody. */
  reached(call: CallId, event: 'call-first-token' | 'call-end' | 'call-fail'): void {
    const over = event !== 'call-first-token';
    const running = this.#running.get(call);
    if (over) this.#running.delete(call);
    else if (running !== undefined) running.firstToken = true;
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    for (const waiter of waiting) {
      if (over || waiter.event === event) waiter.release();
    }
  }

  /** Resolves when the hold is over; at once when the call it waits for is not running, or the event has been. */
  async wait({ until, maxMs }: Hold, signal?: AbortSignal): Promise<void> {
    const running = this.#running.get(until.call);
    if (running === undefined || signal?.aborted === true) return;
    if (until.event === 'call-first-token' && running.firstToken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { event: until.event, release: resolve };
    const waiting = this.#waiting.get(until.call) ?? new Set();
    this.#waiting.set(until.call, waiting.add(waiter));
    const cancel = this.#clock.at(this.#clock.now() + maxMs, resolve);
    const abort = (): void => resolve();
    signal?.addEventListener('abort', abort, { once: true });
    await promise;
    // An app's signal may outlive thousands of calls.
    signal?.removeEventListener('abort', abort);
    cancel();
    waiting.delete(waiter);
    if (waiting.size === 0) this.#waiting.delete(until.call);
  }
}
