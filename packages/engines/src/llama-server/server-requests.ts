import { bodyOf, readWhole } from '@entresol/runtime-core';
import type { EngineView } from '../slot-manager/engine-view.ts';
import { tellStored } from '../slot-manager/engine-view.ts';
import type { AsyncLock } from '../slot-manager/async-lock.ts';
import type { Releases } from '../slot-manager/background/releases.ts';
import type { Placed, Placement } from '../slot-manager/placement/placement.ts';
import type { Prefiller } from '../slot-manager/serving/prefiller.ts';
import type { RequestQueue } from '../slot-manager/serving/request-queue.ts';
import type { SoloWatch } from '../slot-manager/serving/solo-watch.ts';
import { emptyContent, prefixesOf, type Content } from '../slot-manager/slots/content.ts';
import type { Slot, SlotTable } from '../slot-manager/slots/slot-table.ts';
import type { ChatCall } from '../http/chat-call.ts';
import { readReply, watchStream, type ReplyEnd } from './reply-watch.ts';
import type { ServerTimings } from './server-api.ts';
import type { ServerSequence } from './server-sequence.ts';

/** A slot for a request, and the leading tokens that were computed in it for this very request. */
export interface ReadySlot extends Placed {
  readonly computedAhead: number;
}

/** A cached prompt may end a few tokens early: the last one is always computed. */
const cachedSlack = 2;

export interface ServerRequestsOptions {
  readonly view: EngineView;
  readonly table: SlotTable;
  readonly sequenceOf: (slot: Slot) => ServerSequence;
  readonly placement: Placement;
  readonly queue: RequestQueue;
  readonly lock: AsyncLock;
  readonly prefiller: Prefiller;
  readonly releases: Releases;
  readonly solo: SoloWatch;
  readonly fetch: typeof globalThis.fetch;
  readonly slotTokens: number;
  /** False = nothing of a named namespace is saved, so its role heads need no state of their own. */
  readonly savesNamespaces: boolean;
  readonly onSurprise: (kind: 'miscounted-prompt' | 'missing-tokens') => void;
}

/** Sends chat completions into the slots that placement chose, and keeps the record of what each slot holds. */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  /** True when a prompt of this length can be placed; the server tells the app about any other. */
  fits({ tokens }: Content): boolean {
    return tokens.length > 0 && tokens.length < this.#options.slotTokens;
  }

  /**
   * A slot that is ready for the prompt, its role head kept by itself where that is due. Rejects with the signal's reason,
   * or with what the server did; the slot is then free again.
   */
  async place(wanted: Content, signal: AbortSignal): Promise<ReadySlot> {
    const { queue, placement, prefiller, solo, savesNamespaces } = this.#options;
    const placed = await queue.acquire(wanted, signal);
    const saved = wanted.namespace === '' || savesNamespaces;
    if (!saved || !placement.wantsRoleHead(wanted, placed.cached)) {
      return { ...placed, computedAhead: 0 };
    }
    const leave = solo.enter();
    try {
      const to = wanted.roleTokens;
      const reached = await prefiller.run(placed.slot, wanted, {
        from: placed.cached,
        to,
        urgency: 'request',
        chunkTokens: () => to,
        stop: signal,
      });
      return { ...placed, cached: reached, computedAhead: reached - placed.cached };
    } catch (error) {
      this.#disown(placed.slot);
      await this.#leave(placed.slot);
      throw error;
    } finally {
      leave();
    }
  }

  /** Sends the call into its slot. Like `fetch`, it rejects only when no reply came. */
  async send({ url, init, body }: ChatCall, placed: ReadySlot, wanted: Content): Promise<Response> {
    const { slot } = placed;
    const leave = this.#options.solo.enter();
    const elapsed = this.#options.solo.start();
    const finish = async (end: ReplyEnd): Promise<void> => {
      const alone = elapsed() !== undefined;
      leave();
      await this.#finish(placed, wanted, end, alone);
    };
    let response: Response;
    try {
      const sent = JSON.stringify({
        ...body,
        id_slot: slot.index,
        cache_prompt: this.#options.sequenceOf(slot).reusable,
      });
      response = await this.#options.fetch(url, { ...init, body: sent });
    } catch (error) {
      await finish({ how: 'failed', timings: undefined, begun: false });
      throw error;
    }
    return this.#follow(response, placed.computedAhead, finish);
  }

  async #follow(
    response: Response,
    computedAhead: number,
    finish: (end: ReplyEnd) => Promise<void>,
  ): Promise<Response> {
    const { status, statusText, headers } = response;
    if (!response.ok || response.body === null) {
      await finish({ how: 'failed', timings: undefined, begun: false });
      return response;
    }
    if (headers.get('content-type')?.includes('text/event-stream') === true) {
      const stream = watchStream(response.body, computedAhead, (end) => void finish(end));
      return new Response(stream, { status, statusText, headers });
    }
    const whole = await readWhole(response.body);
    if (whole.broken !== undefined) {
      await finish({ how: 'failed', timings: undefined, begun: false });
      return new Response(bodyOf(whole), { status, statusText, headers });
    }
    const { bytes } = whole;
    const { end, text } = readReply(bytes, computedAhead);
    await finish(end);
    const sent = new Headers(headers);
    sent.delete('content-length');
    return new Response(text ?? bytes, { status, statusText, headers: sent });
  }

  /** Never rejects: the app has its reply, and what goes wrong here only costs a record. */
  async #finish(placed: ReadySlot, wanted: Content, end: ReplyEnd, alone: boolean): Promise<void> {
    const { slot, cached } = placed;
    try {
      if (end.how === 'done' || (end.how === 'aborted' && end.begun)) {
        this.#options.sequenceOf(slot).adopt(wanted.tokens);
        this.#options.table.record(slot, wanted);
        for (const prefix of prefixesOf(wanted)) {
          if (prefix.tokens > cached) tellStored(this.#options.view, prefix, 'device');
        }
      } else {
        this.#disown(slot);
      }
      if (end.timings !== undefined) this.#count(placed, wanted, end.timings, alone);
    } finally {
      await this.#leave(slot);
    }
  }

  #count(
    { cached, fromDisk, computedAhead }: ReadySlot,
    { tokens }: Content,
    timings: ServerTimings,
    alone: boolean,
  ): void {
    const { view, onSurprise } = this.#options;
    const {
      prompt_n: computed,
      prompt_ms: tookMs,
      cache_n: seen = tokens.length - computed,
    } = timings;
    const input = seen + computed;
    view.counters.requests += 1;
    view.counters.promptTokens += input;
    // What was computed for this request is no hit, though the server finds it in the slot.
    const hit = Math.max(0, seen - computedAhead);
    const disk = Math.min(fromDisk, hit);
    view.counters.cachedFromDisk += disk;
    view.counters.cachedOnDevice += hit - disk;
    view.counters.computedPrefillTokens += input - hit;
    if (alone) view.cost.learnCompute(seen, input, tookMs);
    if (input !== tokens.length) onSurprise('miscounted-prompt');
    if (seen < Math.min(cached, tokens.length - 1) - cachedSlack) onSurprise('missing-tokens');
  }

  #disown(slot: Slot): void {
    this.#options.sequenceOf(slot).disown();
    slot.content = emptyContent;
  }

  async #leave(slot: Slot): Promise<void> {
    const { view, queue, releases, lock } = this.#options;
    slot.lastUsedAtMs = view.clock.now();
    try {
      if (releases.owes(slot)) await lock.run(() => releases.freed(slot));
    } catch {
      // The server went away before it could forget: what it held is gone with it, or is erased before its next use.
      this.#disown(slot);
    } finally {
      queue.release(slot);
    }
  }
}
