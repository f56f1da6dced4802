import type { EngineLoad } from '@entresol/runtime-core';
import type { AsyncLock } from '../async-lock.ts';
import type { Placed, Placement } from '../placement/placement.ts';
import type { Content } from '../slots/content.ts';
import type { Slot, SlotTable } from '../slots/slot-table.ts';

interface Waiting {
  readonly wanted: Content;
  readonly signal: AbortSignal;
  readonly resolve: (placed: Placed) => void;
  readonly reject: (reason: unknown) => void;
}

/** Background work that gives way to requests. */
export interface GivesWay {
  /** Settles when nothing in the background stands between `wanted` and a slot. */
  makeWay(wanted: Content): Promise<void>;
  readonly active: boolean;
}

export interface RequestQueueOptions {
  readonly table: SlotTable;
  readonly placement: Placement;
  readonly lock: AsyncLock;
}

/** Requests wait first come, first served for a slot; as many run at once as there are slots. */
export class RequestQueue {
  readonly #table: SlotTable;
  readonly #placement: Placement;
  readonly #lock: AsyncLock;
  readonly #waiting: Waiting[] = [];
  #background: GivesWay | undefined;
  #running = 0;
  #pumping = false;
  readonly #whenDrained: (() => void)[] = [];

  constructor({ table, placement, lock }: RequestQueueOptions) {
    this.#table = table;
    this.#placement = placement;
    this.#lock = lock;
  }

  /** Whom to push aside; set once, before the first request. */
  attach(background: GivesWay): void {
    this.#background = background;
  }

  load(): EngineLoad {
    return { running: this.#running, waiting: this.#waiting.length, ageMs: 0 };
  }

  /** A slot that is ready for the prompt. Rejects with the signal's reason when it is aborted while waiting. */
  acquire(wanted: Content, signal: AbortSignal): Promise<Placed> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        wanted,
        signal,
        resolve: (placed) => {
          signal.removeEventListener('abort', abort);
          resolve(placed);
        },
        reject: (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      const abort = (): void => {
        const at = this.#waiting.indexOf(entry);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        entry.reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(entry);
      this.pump();
    });
  }

  /** Gives a slot back; the next one waiting gets it. */
  release(slot: Slot): void {
    slot.occupant = undefined;
    this.#left();
    this.pump();
  }

  #left(): void {
    this.#running -= 1;
    if (this.#running > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
  }

  /** Settles when nothing runs or waits. */
  async drained(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
  }

  /** Hands idle slots to who waits; called whenever either side changed. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#serve()
      .catch((error: unknown) => {
        // Background work that fails to stop: whoever waits is told instead of waiting for ever.
        for (const entry of this.#waiting.splice(0)) entry.reject(error);
      })
      .finally(() => {
        this.#pumping = false;
        // Somebody may have come between the last look and here.
        if (this.#waiting.length > 0 && this.#canServe()) this.pump();
      });
  }

  #canServe(): boolean {
    return this.#table.idle().length > 0 || this.#background?.active === true;
  }

  async #serve(): Promise<void> {
    while (this.#canServe()) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      await this.#background?.makeWay(first.wanted);
      const entry = this.#waiting.shift();
      if (entry !== undefined) await this.#assign(entry);
    }
  }

  async #assign(entry: Waiting): Promise<void> {
    this.#running += 1;
    try {
      const placed = await this.#lock.run(async () => {
        const found = await this.#placement.place(entry.wanted, { occupant: 'request' });
        if (found === undefined) return undefined;
        found.slot.occupant = 'request';
        return found;
      });
      if (placed === undefined) {
        // A warm-up took the last idle slot meanwhile: it will be pushed aside on the next round.
        if (entry.signal.aborted) entry.reject(entry.signal.reason);
        else this.#waiting.unshift(entry);
        this.#left();
        return;
      }
      await this.#lock.run(() => this.#placement.launched());
      if (entry.signal.aborted) {
        entry.reject(entry.signal.reason);
        this.release(placed.slot);
      } else {
        entry.resolve(placed);
      }
    } catch (error) {
      entry.reject(error);
      this.#left();
    }
  }
}
