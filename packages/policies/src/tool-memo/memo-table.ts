import type { Milliseconds } from '@entresol/runtime-core';
import { LRUCache } from 'lru-cache';
import type { KeptResult } from './kept-result.ts';

interface Entry {
  readonly value: KeptResult;
  readonly epoch: number;
  readonly untilMs: Milliseconds;
}

interface Flight {
  readonly epoch: number;
  readonly sinceMs: Milliseconds;
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** One look at the table, at a moment and in an epoch: writes since then make it worthless. */
export interface Look {
  readonly key: string;
  readonly epoch: number;
  readonly nowMs: Milliseconds;
}

type Found = { readonly value: KeptResult } | 'run' | 'gave-up';

/** Results and runs under way. A run goes by the epoch in which it began: what a write has passed is neither joined nor kept. */
export class MemoTable {
  readonly #entries: LRUCache<string, Entry>;
  readonly #flights = new Map<string, Flight>();
  readonly #waitMs: Milliseconds;

  constructor({ maxEntries, waitMs }: { readonly maxEntries: number; readonly waitMs: number }) {
    this.#entries = new LRUCache({ max: maxEntries });
    this.#waitMs = waitMs;
  }

  /** The result; `run` for the one caller whose run others may wait for and who then says {@link landed}; else `gave-up`. */
  async find(look: Look, signal: AbortSignal): Promise<Found> {
    while (!signal.aborted) {
      const entry = this.#entries.get(look.key);
      if (entry !== undefined && entry.epoch === look.epoch && look.nowMs < entry.untilMs) {
        return { value: entry.value };
      }
      const flight = this.#flights.get(look.key);
      // A write has passed since this call was asked about: its result would be of no use to anybody.
      if (flight !== undefined && flight.epoch > look.epoch) return 'gave-up';
      const lives = flight !== undefined && look.nowMs - flight.sinceMs < this.#waitMs;
      if (!lives || flight.epoch < look.epoch) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const { epoch, nowMs } = look;
        this.#flights.set(look.key, { epoch, sinceMs: nowMs, over: promise, end: resolve });
        // Who waited for the run that is given up looks again.
        flight?.end();
        return 'run';
      }
      await endOf(flight.over, signal);
    }
    return 'gave-up';
  }

  /** The tool has run. `value` undefined: nothing to keep, and the next who waits runs it. */
  landed({ key, epoch, nowMs }: Look, value: KeptResult | undefined, ttlMs: Milliseconds): void {
    const held = this.#entries.peek(key);
    if (value !== undefined && (held === undefined || held.epoch <= epoch)) {
      this.#entries.set(key, { value, epoch, untilMs: nowMs + ttlMs });
    }
    const flight = this.#flights.get(key);
    if (flight?.epoch !== epoch) return;
    this.#flights.delete(key);
    flight.end();
  }
}

async function endOf(over: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([over, aborted]);
  signal.removeEventListener('abort', abort);
}
