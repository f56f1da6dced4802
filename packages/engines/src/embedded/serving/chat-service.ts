import { randomUUID } from 'node:crypto';
import type { Random } from '@entresol/runtime-core';
import type { AsyncLock } from '../async-lock.ts';
import type { Releases } from '../background/releases.ts';
import type { EngineView } from '../engine-view.ts';
import type { LlamaPort } from '../llama-port.ts';
import type { Placed } from '../placement/placement.ts';
import type { Content } from '../slots/content.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import { writesToolCallTags } from '../wire/tool-call-parser.ts';
import type { CallDrafts } from './call-drafts.ts';
import type { Generator } from './generation.ts';
import { type Prompts, requireRoom } from './prompts.ts';
import { Reply } from './reply.ts';
import type { RequestQueue } from './request-queue.ts';

/** Tokens of a reply whose request sets no limit. */
const defaultMaxTokens = 256;
/** For a real model whose request sets none; random weights are sampled greedily, so that runs repeat. */
const defaultTemperature = 0.7;

export interface ChatServiceOptions {
  readonly view: EngineView;
  readonly port: LlamaPort;
  readonly prompts: Prompts;
  readonly drafts: CallDrafts;
  readonly queue: RequestQueue;
  readonly generator: Generator;
  readonly releases: Releases;
  readonly lock: AsyncLock;
  readonly random: Random;
  readonly weights: 'random' | 'real';
}

/** Serves one chat completion after the other: prompt, slot, tokens, text. */
export class ChatService {
  readonly #options: ChatServiceOptions;
  readonly #parsesTools: boolean;

  constructor(options: ChatServiceOptions) {
    this.#options = options;
    this.#parsesTools = writesToolCallTags(options.port.vocabulary.template ?? '');
  }

  /**
   * Resolves with the reply's first token.
   * @throws {EngineError} what the client did wrong or the engine could not do; the signal's reason after an abort
   */
  async begin(request: ChatRequest, signal: AbortSignal): Promise<Reply> {
    const { view, port, prompts, drafts, queue, generator } = this.#options;
    const arrivedAtMs = view.clock.now();
    const wanted = prompts.wantedBy(request, drafts.take(request.entresol_call));
    const promptTokens = wanted.tokens.length;
    requireRoom(promptTokens, port.contextTokens);
    const maxTokens = Math.min(
      request.max_tokens ?? defaultMaxTokens,
      port.contextTokens - promptTokens,
    );
    const placed = await queue.acquire(wanted, signal);
    this.#count(placed, wanted);
    const sampling = this.#sampling(request);
    const tokens = this.#untilReleased(
      placed,
      generator.run(placed, { wanted, maxTokens, sampling, signal }),
    );
    const parsesTools =
      this.#parsesTools && request.tools !== undefined && request.tool_choice !== 'none';
    return Reply.begin(tokens, placed, {
      clock: view.clock,
      detokenize: port.vocabulary.detokenize,
      stop: request.stop,
      maxTokens,
      toolCallIds: parsesTools ? () => `call_${randomUUID()}` : undefined,
      promptTokens,
      arrivedAtMs,
    });
  }

  /**
   * However the tokens end, the slot goes back.
   * @yields the tokens
   */
  async *#untilReleased(
    { slot }: Placed,
    tokens: AsyncGenerator<number, void, void>,
  ): AsyncGenerator<number, void, void> {
    const { view, queue, releases, lock } = this.#options;
    try {
      yield* tokens;
    } finally {
      slot.lastUsedAtMs = view.clock.now();
      if (releases.owes(slot)) await lock.run(() => releases.freed(slot));
      queue.release(slot);
    }
  }

  #sampling({ temperature, top_p: topP, seed }: ChatRequest): {
    readonly temperature: number;
    readonly topP?: number;
    readonly seed: number;
  } {
    const { random, weights } = this.#options;
    return {
      temperature: temperature ?? (weights === 'random' ? 0 : defaultTemperature),
      seed: Math.abs(seed ?? Math.floor(random() * 2 ** 31)),
      ...(topP === undefined ? {} : { topP }),
    };
  }

  #count({ cached, fromDisk }: Placed, { tokens }: Content): void {
    const { counters } = this.#options.view;
    counters.requests += 1;
    counters.promptTokens += tokens.length;
    counters.cachedOnDevice += cached - fromDisk;
    counters.cachedFromDisk += fromDisk;
  }
}
