import type { RequestBody } from '@entresol/runtime-core';
import { valueAt } from './reading.ts';

/** A prompt in nobody's shape. */
interface PlainPrompt {
  readonly model: string;
  readonly system: string;
  readonly turns: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  /** Longest reply in tokens; absent in the head of an agent alone. */
  readonly maxTokens?: number;
}

/** How an API writes what the suite asks for and what comes back. */
export interface Wire {
  /** Behind the base URL. */
  readonly path: string;
  headers(apiKey: string): Readonly<Record<string, string>>;
  body(prompt: PlainPrompt): RequestBody;
  /** As an app asks for it that wants its usage. */
  streamed(body: RequestBody): RequestBody;
  /** Who speaks in a reply. */
  roleOf(reply: unknown): unknown;
  /** Is this the last payload of a stream? */
  ends(payload: string): boolean;
}

function limited(maxTokens: number | undefined): RequestBody {
  return maxTokens === undefined ? {} : { max_tokens: maxTokens };
}

export const chatCompletions: Wire = {
  path: '/chat/completions',
  headers: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  body: ({ model, system, turns, maxTokens }) => ({
    model,
    ...limited(maxTokens),
    messages: [{ role: 'system', content: system }, ...turns],
  }),
  streamed: (body) => ({ ...body, stream: true, stream_options: { include_usage: true } }),
  roleOf: (reply) => valueAt(reply, 'choices', 0, 'message', 'role'),
  ends: (payload) => payload === '[DONE]',
};

/** Anthropic's API. */
export const messagesApi: Wire = {
  path: '/messages',
  headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
  body: ({ model, system, turns, maxTokens }) => ({
    model,
    ...limited(maxTokens),
    system,
    messages: turns,
  }),
  streamed: (body) => ({ ...body, stream: true }),
  roleOf: (reply) => valueAt(reply, 'role'),
  ends: (payload) => payload.includes('"message_stop"'),
};
