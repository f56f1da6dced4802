import { ChatOpenAI } from '@langchain/openai';
import type { ExampleClient } from './example-load.ts';
import { HabitualChatModel } from './habitual-chat-model.ts';

export interface ChatModelPurpose {
  readonly agent: string;
  /** Tokens the reply may take. */
  readonly maxTokens: number;
}

/** Gives the model for one kind of call. */
export type ChatModelFactory = (purpose: ChatModelPurpose) => ChatOpenAI;

/**
 * A model behind an OpenAI-compatible Chat Completions API.
 *
 * One `ChatOpenAI` per reply length, because its call options have no `max_tokens`. `streaming` stays
 * unset: with it, a call outside a streaming run downloads a tokenizer to count its tokens.
 */
export function createChatModel(client: ExampleClient): ChatModelFactory {
  const byLength = new Map<number, ChatOpenAI>();
  return ({ maxTokens }) => {
    const known = byLength.get(maxTokens);
    if (known) return known;
    const fields = {
      model: client.model,
      apiKey: client.apiKey,
      maxTokens,
      temperature: 0,
      maxRetries: 0,
      useResponsesApi: false,
      configuration: { baseURL: client.baseURL, ...(client.fetch && { fetch: client.fetch }) },
    };
    const { habits } = client;
    const model =
      habits === undefined ? new ChatOpenAI(fields) : new HabitualChatModel(fields, habits);
    byLength.set(maxTokens, model);
    return model;
  };
}
