import type { EngineError } from '@entresol/runtime-core';

import type { ToolCall } from './chat-message.ts';

/** How one call was served. Counts are tokens, times milliseconds; the names are those of llama-server where it has them. */
export interface ReplyTimings {
  /** Prompt tokens taken from the cache. */
  readonly cache_n: number;
  /** Prompt tokens computed: `cache_n` + `prompt_n` = length of the prompt. */
  readonly prompt_n: number;
  /** From the start of the work on the prompt to the first token; waiting is not in it. */
  readonly prompt_ms: number;
  readonly predicted_n: number;
  readonly predicted_ms: number;
  /** From the arrival of the request to the start of its work. */
  readonly queue_ms: number;
  /** Where the cached tokens lay when the request came: in a slot, or saved in a file. Sums to `cache_n`. */
  readonly cached_from: { readonly device: number; readonly disk: number };
}

export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** Token counts as OpenAI reports them. */
export interface ReplyUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** What all parts of one reply share. */
export interface ReplyHead {
  /** `chatcmpl-…` */
  readonly id: string;
  readonly model: string;
  /** Unix time in seconds. */
  readonly created: number;
}

export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: {
        readonly role: 'assistant';
        readonly content: string | null;
        readonly refusal: null;
        readonly tool_calls?: readonly ToolCall[];
      };
      readonly logprobs: null;
      readonly finish_reason: FinishReason;
    },
  ];
  readonly usage: ReplyUsage;
  readonly timings: ReplyTimings;
}

/** Part of a message in a stream. */
export interface ChunkDelta {
  readonly role?: 'assistant';
  readonly content?: string | null;
  readonly tool_calls?: readonly (ToolCall & { readonly index: number })[];
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: 0;
    readonly delta: ChunkDelta;
    readonly logprobs: null;
    readonly finish_reason: FinishReason | null;
  }[];
  readonly usage?: ReplyUsage | null;
  readonly timings?: ReplyTimings;
}

/** Usage that follows from how a call was served: the counts have one source. */
export function replyUsage(timings: ReplyTimings): ReplyUsage {
  const promptTokens = timings.cache_n + timings.prompt_n;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: timings.predicted_n,
    total_tokens: promptTokens + timings.predicted_n,
    prompt_tokens_details: { cached_tokens: timings.cache_n },
  };
}

/** Answer to a request that did not ask for a stream. */
export function chatCompletion(
  head: ReplyHead,
  reply: {
    readonly text: string;
    readonly toolCalls: readonly ToolCall[];
    readonly finishReason: FinishReason;
    readonly timings: ReplyTimings;
  },
): ChatCompletion {
  const { text, toolCalls, finishReason, timings } = reply;
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          // Models put line breaks around their calls.
          content: toolCalls.length > 0 && text.trim() === '' ? null : text,
          refusal: null,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage: replyUsage(timings),
    timings,
  };
}

/**
 * Chunks of one streamed answer: the first delta carries the role, so that a client's first event is its first token;
 * the chunk with the finish reason carries the timings; usage comes last, only where it was asked for.
 */
export class ChunkWriter {
  readonly #head: ReplyHead;
  readonly #includeUsage: boolean;
  #begun = false;

  constructor(head: ReplyHead, options: { readonly includeUsage?: boolean } = {}) {
    this.#head = head;
    this.#includeUsage = options.includeUsage ?? false;
  }

  /** A piece of the text. Send one with an empty text when the first token shows none yet. */
  content(text: string): ChatCompletionChunk {
    return this.#delta({ content: text });
  }

  /** A whole tool call; `index` counts the calls of this answer from 0. */
  toolCall(call: ToolCall, index: number): ChatCompletionChunk {
    return this.#delta({ tool_calls: [{ index, ...call }] });
  }

  /** The last chunks of the answer, before {@link streamEnd}. */
  end(finishReason: FinishReason, timings: ReplyTimings): readonly ChatCompletionChunk[] {
    const last = this.#chunk([
      { index: 0, delta: this.#first(), logprobs: null, finish_reason: finishReason },
    ]);
    if (!this.#includeUsage) {
      return [{ ...last, timings }];
    }
    return [
      { ...last, timings },
      { ...this.#chunk([]), usage: replyUsage(timings), timings },
    ];
  }

  #delta(delta: ChunkDelta): ChatCompletionChunk {
    const whole = { ...this.#first(), ...delta };
    return this.#chunk([{ index: 0, delta: whole, logprobs: null, finish_reason: null }]);
  }

  #first(): ChunkDelta {
    if (this.#begun) {
      return {};
    }
    this.#begun = true;
    return { role: 'assistant' };
  }

  #chunk(choices: ChatCompletionChunk['choices']): ChatCompletionChunk {
    const { created, id, model } = this.#head;
    return {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices,
      ...(this.#includeUsage && { usage: null }),
    };
  }
}

/** Body of an answer that is an error; `type` as OpenAI names it by status. */
export interface ErrorReply {
  readonly error: { readonly message: string; readonly type: string; readonly code: string };
}

export function errorReply(error: Pick<EngineError, 'code' | 'message' | 'status'>): ErrorReply {
  const type = error.status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message: error.message, type, code: error.code } };
}

/** Answer to `GET /v1/models`. */
export interface ModelList {
  readonly object: 'list';
  readonly data: readonly {
    readonly id: string;
    readonly object: 'model';
    readonly created: number;
    readonly owned_by: string;
  }[];
}

/** @param created Unix time in seconds */
export function modelList(models: readonly string[], created: number): ModelList {
  return {
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created, owned_by: 'entresol' })),
  };
}
