import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { ChatOpenAI } from '@langchain/openai';

export interface ModelPurpose {
  readonly agent: string;
  /** Tokens the reply may take. */
  readonly maxTokens: number;
}

/** Gives the model for one kind of call. It must be able to bind tools. */
export type DeskModel = (purpose: ModelPurpose) => BaseChatModel;

export interface DeskModelClient {
  /** Of the OpenAI-compatible API, with its `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch?: typeof fetch;
}

/**
 * A model behind an OpenAI-compatible Chat Completions API.
 *
 * One `ChatOpenAI` per reply length, because its call options have no `max_tokens`. `streaming` stays
 * unset: with it, a call outside a streaming run downloads a tokenizer to count its tokens.
 */
export function createDeskModel(client: DeskModelClient, modelName: string): DeskModel {
  const byLength = new Map<number, ChatOpenAI>();
  return ({ maxTokens }) => {
    const known = byLength.get(maxTokens);
    if (known) return known;
    const model = new ChatOpenAI({
      model: modelName,
      apiKey: client.apiKey,
      maxTokens,
      temperature: 0,
      maxRetries: 0,
      useResponsesApi: false,
      configuration: { baseURL: client.baseURL, ...(client.fetch && { fetch: client.fetch }) },
    });
    byLength.set(maxTokens, model);
    return model;
  };
}
