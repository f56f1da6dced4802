import { randomUUID } from 'node:crypto';
import type { Random } from '@entresol/runtime-core';
import type { AsyncLock } from '../../slot-manager/async-lock.ts';
import type { Releases } from '../../slot-manager/background/releases.ts';
import type { EngineView } from '../../slot-manager/engine-view.ts';
import type { LlamaPort } from '../llama-port.ts';
import type { Placed, Placement } from '../../slot-manager/placement/placement.ts';
import type { Content } from '../../slot-manager/slots/content.ts';
import type { Slot } from '../../slot-manager/slots/slot-table.ts';
import type { ChatRequest } from '../wire/chat-request.ts';
import { writesToolCallTags } from '../wire/tool-call-parser.ts';
import type { CallDrafts } from '../../slot-manager/serving/call-drafts.ts';
import type { Generator } from './generation.ts';
import { PrefillTurns } from './prefill-turns.ts';
import { type Prompts, requireRoom } from './prompts.ts';
import { Reply } from './reply.ts';
import type { RequestQueue } from '../../slot-manager/serving/request-queue.ts';

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
  readonly placement: Placement;
  readonly generator: Generator;
  readonly releases: Releases;
  readonly lock: AsyncLock;
  readonly random: Random;
  readonly weights: 'random' | 'real';
}

/** A prompt whose turn it is. */
interface Turn {
  readonly placed: Placed;
  readonly endTurn: () => void;
}

/** Serves one chat completion after the other: prompt, slot, tokens, text. */
export class ChatService {
  readonly #options: ChatServiceOptions;
  readonly #parsesTools: boolean;
  readonly #turns = new PrefillTurns();

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
    const { placed, endTurn } = await this.#takeTurn(
      await queue.acquire(wanted, signal),
      wanted,
      signal,
    );
    this.#count(placed, wanted);
    const sampling = this.#sampling(request);
    const tokens = this.#untilReleased(
      placed,
      generator.run(placed, { wanted, maxTokens, sampling, signal, endTurn }),
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

  /** Waits until the prompt may be computed; what others saved meanwhile (the head of a common role) is used. */
  async #takeTurn(placed: Placed, wanted: Content, signal: AbortSignal): Promise<Turn> {
    const { placement, lock } = this.#options;
    let endTurn: (() => void) | undefined;
    try {
      endTurn = await this.#turns.take(signal);
      if (!placement.improves(placed, wanted)) return { placed, endTurn };
      return { placed: await lock.run(() => placement.improve(placed, wanted)), endTurn };
    } catch (error) {
      endTurn?.();
      await this.#leave(placed.slot);
      throw error;
    }
  }

  /**
   * However the tokens end, the slot goes back.
   * @yields the tokens
   */
  async *#untilReleased(
    { slot }: Placed,
    tokens: AsyncGenerator<number, void, void>,
  ): AsyncGenerator<number, void, void> {
    try {
      yield* tokens;
    } finally {
      await this.#leave(slot);
    }
  }

  async #leave(slot: Slot): Promise<void> {
    const { view, queue, releases, lock } = this.#options;
    slot.lastUsedAtMs = view.clock.now();
    if (releases.owes(slot)) await lock.run(() => releases.freed(slot));
    queue.release(slot);
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
