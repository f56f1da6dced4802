import type { Intent, Ticket } from '@entresol/runtime-core';
import type { AsyncLock } from '../async-lock.ts';
import type { EngineView } from '../engine-view.ts';
import { tellStored } from '../engine-view.ts';
import type { Placed, Placement } from '../placement/placement.ts';
import type { Content } from '../slots/content.ts';
import { negligibleTokens, prefixesOf, sharedTokens } from '../slots/content.ts';
import type { SlotTable } from '../slots/slot-table.ts';
import type { Prefiller } from '../serving/prefiller.ts';
import type { GivesWay, RequestQueue } from '../serving/request-queue.ts';
import type { SoloWatch } from '../serving/solo-watch.ts';
import type { Settled, Settlement } from './settlement.ts';

type Prefetch = Extract<Intent, { kind: 'prefetch' }>;

/** While a request runs, a warm-up takes this share of a batch at a time, so that a decoding token waits the less. */
const shareBesideRequests = 1 / 4;

export interface WarmUpsOptions {
  readonly view: EngineView;
  readonly table: SlotTable;
  readonly placement: Placement;
  readonly queue: RequestQueue;
  readonly lock: AsyncLock;
  readonly prefiller: Prefiller;
  readonly solo: SoloWatch;
  readonly settlement: Settlement;
  readonly chunkTokens: number;
  readonly slotTokens: number;
  /** What a prefetch is to bring; undefined when the prompt is gone. Throws on one that cannot be rendered. */
  readonly wantedBy: (intent: Prefetch) => Content | undefined;
}

interface Running {
  readonly wanted: Content;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Why a warm-up was stopped; the reason of its signal. */
type StopReason = 'joined' | 'a request needs the slot' | 'ticket cancelled' | 'closed';

/** Prefetches, one at a time and behind every request: at low priority, in chunks, given up at the next boundary. */
export class WarmUps implements GivesWay {
  readonly #options: WarmUpsOptions;
  readonly #tickets: { readonly ticket: Ticket; readonly intent: Prefetch }[] = [];
  #running: Running | undefined;
  #closed = false;

  constructor(options: WarmUpsOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#running !== undefined;
  }

  submit(ticket: Ticket, intent: Prefetch): void {
    this.#tickets.push({ ticket, intent });
    this.#next();
  }

  async makeWay(wanted: Content): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const ahead = sharedTokens(running.wanted, wanted);
    const joined = ahead > running.wanted.tokens.length - negligibleTokens;
    if (joined) running.stop.abort('joined' satisfies StopReason);
    else if (this.#options.table.idle().length > 0) return;
    else running.stop.abort('a request needs the slot' satisfies StopReason);
    await running.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.stop.abort('closed' satisfies StopReason);
    await this.#running?.done;
    for (const { ticket } of this.#tickets.splice(0)) {
      this.#options.settlement.settle(ticket, { state: 'cancelled', reason: 'closed' });
    }
  }

  #next(): void {
    if (this.#running !== undefined || this.#closed) return;
    const first = this.#tickets.shift();
    if (first === undefined) return;
    const { settlement } = this.#options;
    const { ticket, intent } = first;
    const begin = this.#begin(ticket, intent);
    if ('state' in begin) {
      settlement.settle(ticket, begin);
      this.#next();
      return;
    }
    const stop = new AbortController();
    this.#running = { wanted: begin, stop, done: this.#carryOut(ticket, intent, begin, stop) };
  }

  async #carryOut(
    ticket: Ticket,
    intent: Prefetch,
    wanted: Content,
    stop: AbortController,
  ): Promise<void> {
    const cancel = (): void => stop.abort('ticket cancelled' satisfies StopReason);
    ticket.signal.addEventListener('abort', cancel, { once: true });
    const settled = await this.#run(wanted, intent, stop.signal).catch(
      (error: unknown): Settled => ({ state: 'failed', reason: String(error) }),
    );
    ticket.signal.removeEventListener('abort', cancel);
    this.#running = undefined;
    this.#options.settlement.settle(ticket, settled);
    this.#options.queue.pump();
    this.#next();
  }

  /** What to bring, or at once why nothing is done. */
  #begin({ signal }: Ticket, intent: Prefetch): Content | Settled {
    const { table, queue, wantedBy, slotTokens } = this.#options;
    if (signal.aborted) return { state: 'cancelled', reason: 'ticket cancelled' };
    // Between two warm-ups a request that pushed the first one aside goes first.
    if (queue.load().waiting > 0) return { state: 'refused', reason: 'requests wait' };
    let wanted: Content | undefined;
    try {
      wanted = wantedBy(intent);
    } catch (error) {
      return { state: 'failed', reason: String(error) };
    }
    if (wanted === undefined) return { state: 'refused', reason: 'the prompt is gone' };
    const { length } = wanted.tokens;
    if (length === 0 || length >= slotTokens) {
      return { state: 'refused', reason: `${length} tokens do not fit a slot of ${slotTokens}` };
    }
    if (table.longestShare(wanted) >= length) return { state: 'skipped-resident' };
    if (table.idle().length === 0) return { state: 'refused', reason: 'no idle slot' };
    return wanted;
  }

  async #run(wanted: Content, intent: Prefetch, stop: AbortSignal): Promise<Settled> {
    const { view, table, solo } = this.#options;
    const startedAtMs = view.clock.now();
    const placed = await this.#place(wanted, intent, stop);
    if (stop.aborted && placed === undefined) return endOf(stop);
    if (placed === undefined) {
      const reason = table.idle().length === 0 ? 'no idle slot' : 'displaces more';
      return { state: 'refused', reason };
    }
    const { slot, cached, movedBytes } = placed;
    const leave = solo.enter();
    let reached = cached;
    let failed = false;
    try {
      reached = await this.#prefill(placed, wanted, stop);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      leave();
      if (failed) await table.reset(slot);
      slot.lastUsedAtMs = view.clock.now();
      slot.occupant = undefined;
    }
    const computedTokens = reached - cached;
    view.counters.backgroundTokens += computedTokens;
    for (const prefix of prefixesOf(wanted)) {
      if (prefix.tokens <= reached) tellStored(view, prefix, 'device');
    }
    const engineMs = view.clock.now() - startedAtMs;
    const end: Settled = reached >= wanted.tokens.length ? { state: 'applied' } : endOf(stop);
    return { ...end, mode: 'hard', computedTokens, movedBytes, engineMs };
  }

  #place(wanted: Content, { prefix }: Prefetch, stop: AbortSignal): Promise<Placed | undefined> {
    const { lock, placement } = this.#options;
    return lock.run(async () => {
      if (stop.aborted) return undefined;
      const options = { occupant: 'warm-up', unlessWorthLessThan: prefix } as const;
      const placed = await placement.place(wanted, options);
      if (placed !== undefined) placed.slot.occupant = 'warm-up';
      return placed;
    });
  }

  #prefill({ slot, cached }: Placed, wanted: Content, stop: AbortSignal): Promise<number> {
    const { prefiller, queue, chunkTokens } = this.#options;
    return prefiller.run(slot, wanted, {
      from: cached,
      to: wanted.tokens.length,
      urgency: 'background',
      chunkTokens: () =>
        queue.load().running === 0 ? chunkTokens : Math.ceil(chunkTokens * shareBesideRequests),
      stop,
    });
  }
}

function endOf(stop: AbortSignal): Settled {
  const reason = String(stop.reason);
  return { state: reason === 'joined' ? 'applied' : 'cancelled', reason };
}
