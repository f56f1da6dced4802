import type { EngineView } from '../../slot-manager/engine-view.ts';
import { tellStored } from '../../slot-manager/engine-view.ts';
import type { LlamaSequence, Sampling } from '../llama-port.ts';
import type { Placed, Placement } from '../../slot-manager/placement/placement.ts';
import type { Content } from '../../slot-manager/slots/content.ts';
import { prefixesOf } from '../../slot-manager/slots/content.ts';
import type { Slot, SlotTable } from '../../slot-manager/slots/slot-table.ts';
import type { Prefiller } from '../../slot-manager/serving/prefiller.ts';
import type { SoloWatch } from '../../slot-manager/serving/solo-watch.ts';

export interface GenerationJob {
  readonly wanted: Content;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
  /** Called when the first token is there, and at the end. */
  readonly endTurn: () => void;
}

export interface GeneratorOptions {
  readonly view: EngineView;
  readonly sequenceOf: (slot: Slot) => LlamaSequence;
  readonly table: SlotTable;
  readonly placement: Placement;
  readonly prefiller: Prefiller;
  readonly solo: SoloWatch;
  readonly chunkTokens: number;
}

/** Computes prompts and samples replies in slots that are ready for them, and keeps the record of what each slot holds. */
export class Generator {
  readonly #options: GeneratorOptions;

  constructor(options: GeneratorOptions) {
    this.#options = options;
  }

  /**
   * Runs until the model ends, `maxTokens` are out or the signal aborts (then it throws its reason). However it ends, the
   * slot's record afterwards is what its KV holds.
   * @yields reply tokens
   */
  async *run({ slot, cached }: Placed, job: GenerationJob): AsyncGenerator<number, void, void> {
    const { wanted, sampling, maxTokens, signal, endTurn } = job;
    const { table, solo, sequenceOf } = this.#options;
    const reply: number[] = [];
    const leave = solo.enter();
    let failed = false;
    try {
      const at = await this.#prefill({ slot, cached }, job);
      signal.throwIfAborted();
      const elapsed = solo.start();
      for await (const token of sequenceOf(slot).generate(wanted.tokens.subarray(at), sampling)) {
        if (reply.length === 0) {
          endTurn();
          this.#prompted(wanted, { cached, at, tookMs: elapsed() });
        }
        signal.throwIfAborted();
        reply.push(token);
        yield token;
        if (reply.length >= maxTokens) break;
      }
    } catch (error) {
      failed = !signal.aborted;
      throw error;
    } finally {
      endTurn();
      leave();
      // After a failure of the engine nothing in the slot is trusted; an abort or an early return leaves good KV.
      if (failed) await table.reset(slot);
      else table.record(slot, withReply(wanted, reply));
    }
  }

  /** Everything before the last chunk, from which the first token is sampled. */
  async #prefill(
    { slot, cached }: Pick<Placed, 'slot' | 'cached'>,
    { wanted, signal }: GenerationJob,
  ): Promise<number> {
    const { placement, prefiller, view, chunkTokens } = this.#options;
    const { tokens, roleTokens } = wanted;
    const end = tokens.length - chunkTokens;
    const to = placement.wantsRoleHead(wanted, cached) ? Math.max(end, roleTokens) : end;
    const at = await prefiller.run(slot, wanted, {
      from: cached,
      to: Math.min(to, tokens.length - 1),
      urgency: 'request',
      chunkTokens: () => chunkTokens,
      stop: signal,
    });
    view.counters.computedPrefillTokens += at - cached;
    return at;
  }

  #prompted(
    wanted: Content,
    seen: { readonly cached: number; readonly at: number; readonly tookMs: number | undefined },
  ): void {
    const { view } = this.#options;
    const length = wanted.tokens.length;
    view.counters.computedPrefillTokens += length - seen.at;
    if (seen.tookMs !== undefined) view.cost.learnCompute(seen.at, length, seen.tookMs);
    for (const prefix of prefixesOf(wanted)) {
      if (prefix.tokens > seen.cached) tellStored(view, prefix, 'device');
    }
  }
}

function withReply(wanted: Content, reply: readonly number[]): Content {
  const tokens = new Int32Array(wanted.tokens.length + reply.length);
  tokens.set(wanted.tokens);
  tokens.set(reply, wanted.tokens.length);
  return { ...wanted, tokens };
}
