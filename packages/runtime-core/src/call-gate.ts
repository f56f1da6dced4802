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
  readonly #running = new Set<CallId>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(call: CallId): void {
    this.#running.add(call);
  }

  /** Releases who waits for this event; an end or a failure releases everybody. */
  reached(call: CallId, event: 'call-first-token' | 'call-end' | 'call-fail'): void {
    const over = event !== 'call-first-token';
    if (over) this.#running.delete(call);
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    for (const waiter of waiting) {
      if (over || waiter.event === event) waiter.release();
    }
  }

  /** Resolves when the hold is over; at once when the call it waits for is not running. */
  async wait({ until, maxMs }: Hold, signal?: AbortSignal): Promise<void> {
    if (!this.#running.has(until.call) || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { event: until.event, release: resolve };
    const waiting = this.#waiting.get(until.call) ?? new Set();
    this.#waiting.set(until.call, waiting.add(waiter));
    const cancel = this.#clock.at(this.#clock.now() + maxMs, resolve);
    signal?.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
    waiting.delete(waiter);
    if (waiting.size === 0) this.#waiting.delete(until.call);
  }
}
