import type { Clock } from '@entresol/runtime-core';
import type { LlamaPort } from '../llama-port.ts';
import type { Placed } from '../../slot-manager/placement/placement.ts';
import type { FinishReason, ReplyTimings } from '../wire/chat-reply.ts';
import { StopSequences } from '../wire/stop-sequences.ts';
import { TextStream } from '../wire/text-stream.ts';
import { type ReplyPart, ToolCallParser } from '../wire/tool-call-parser.ts';

export interface ReplyOptions {
  readonly clock: Clock;
  readonly detokenize: LlamaPort['vocabulary']['detokenize'];
  readonly stop: readonly string[];
  readonly maxTokens: number;
  /** Gives ids of tool calls; undefined = the text is taken as it is. */
  readonly toolCallIds: (() => string) | undefined;
  readonly promptTokens: number;
  readonly arrivedAtMs: number;
}

export interface ReplyEnd {
  readonly finishReason: FinishReason;
  readonly timings: ReplyTimings;
}

/** A reply whose first token is there: what follows is streamed or collected. */
export class Reply {
  readonly #tokens: AsyncGenerator<number, void, void>;
  readonly #first: IteratorResult<number, void>;
  readonly #placed: Placed;
  readonly #options: ReplyOptions;
  readonly #startedAtMs: number;
  readonly #firstAtMs: number;

  private constructor(
    tokens: AsyncGenerator<number, void, void>,
    first: IteratorResult<number, void>,
    placed: Placed,
    options: ReplyOptions,
    startedAtMs: number,
  ) {
    this.#tokens = tokens;
    this.#first = first;
    this.#placed = placed;
    this.#options = options;
    this.#startedAtMs = startedAtMs;
    this.#firstAtMs = options.clock.now();
  }

  /** Waits for the first token, so that what goes wrong before it can still be an HTTP error. */
  static async begin(
    tokens: AsyncGenerator<number, void, void>,
    placed: Placed,
    options: ReplyOptions,
  ): Promise<Reply> {
    const startedAtMs = options.clock.now();
    return new Reply(tokens, await tokens.next(), placed, options, startedAtMs);
  }

  /**
   * The reply as it comes; the return value says how it ended.
   * @yields parts, of which texts may be empty
   */
  async *parts(): AsyncGenerator<ReplyPart, ReplyEnd, void> {
    const { detokenize, stop, toolCallIds, maxTokens } = this.#options;
    const text = new TextStream(detokenize);
    const stops = new StopSequences(stop);
    const tools = toolCallIds && new ToolCallParser(toolCallIds);
    const partsOf = (piece: string): readonly ReplyPart[] =>
      tools === undefined ? [{ type: 'text', text: piece }] : tools.push(piece);
    let count = 0;
    let called = false;
    try {
      for (let next = this.#first; next.done !== true; next = await this.#tokens.next()) {
        count += 1;
        const piece = stops.push(text.push(next.value));
        for (const part of partsOf(piece)) {
          called ||= part.type === 'tool-call';
          yield part;
        }
        if (stops.stopped) break;
      }
    } finally {
      // Also when the reader goes away: the slot is given back by the generator's own end.
      await this.#tokens.return();
    }
    const rest = stops.push(text.end()) + stops.end();
    for (const part of [...partsOf(rest), ...(tools?.end() ?? [])]) {
      called ||= part.type === 'tool-call';
      if (part.type === 'tool-call' || part.text !== '') yield part;
    }
    const cutOff = count >= maxTokens && !stops.stopped;
    const finishReason = called ? 'tool_calls' : cutOff ? 'length' : 'stop';
    return { finishReason, timings: this.#timings(count) };
  }

  #timings(count: number): ReplyTimings {
    const { cached, fromDisk } = this.#placed;
    const { promptTokens, arrivedAtMs, clock } = this.#options;
    return {
      cache_n: cached,
      prompt_n: promptTokens - cached,
      prompt_ms: this.#firstAtMs - this.#startedAtMs,
      predicted_n: count,
      predicted_ms: clock.now() - this.#firstAtMs,
      queue_ms: this.#startedAtMs - arrivedAtMs,
      cached_from: { device: cached - fromDisk, disk: fromDisk },
    };
  }
}
