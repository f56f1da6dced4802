import { EngineError, type RequestBody } from '@entresol/runtime-core';
import { z } from 'zod';
import { textOf, type HostedPrompt } from './hosted-chain.ts';

const message = z.looseObject({ role: z.string() });
const chatSchema = z.object({
  messages: z.array(message).min(1),
  tools: z.array(z.unknown()).nullish(),
});
/** A response may also continue one that the provider holds; what its prompt is then, only the provider knows. */
const responseSchema = z.object({
  input: z.union([z.string().min(1), z.array(z.looseObject({})).min(1)]),
  instructions: z.string().nullish(),
  tools: z.array(z.unknown()).nullish(),
  previous_response_id: z.null().optional(),
  conversation: z.null().optional(),
});

/**
 * Prompt of a chat completion or of a response.
 * @throws {EngineError} `bad-request`
 */
export function openAIPrompt(body: RequestBody, engine: string): HostedPrompt {
  const chat = chatSchema.safeParse(body);
  if (chat.success) return promptOf(chat.data.messages, chat.data.tools, undefined);
  const response = responseSchema.safeParse(body);
  if (!response.success) {
    throw new EngineError(
      `${engine}: a request needs messages with roles, or an input that is all of its prompt`,
      { code: 'bad-request', engine, status: 400, value: body['messages'] ?? body['input'] },
    );
  }
  const { input, instructions, tools } = response.data;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return promptOf(items, tools, instructions);
}

function promptOf(
  items: readonly Readonly<Record<string, unknown>>[],
  tools: readonly unknown[] | null | undefined,
  instructions: string | null | undefined,
): HostedPrompt {
  const cut = headLength(items);
  const hasTools = tools !== undefined && tools !== null && tools.length > 0;
  const head =
    cut === 0 && !hasTools && !instructions
      ? ''
      : textOf([hasTools ? tools : [], instructions ?? null, items.slice(0, cut)]);
  return { head, pieces: items.slice(cut).map(textOf) };
}

/** Leading messages that speak for the agent and not for a session. */
export function headLength(items: readonly Readonly<Record<string, unknown>>[]): number {
  const first = items.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  return first === -1 ? items.length : first;
}
