import { EngineError, type RequestBody } from '@entresol/runtime-core';
import { z } from 'zod';
import type { OwnUsage } from '../http/dialect.ts';
import type { CallOptions, EngineClient } from '../http/engine-client.ts';
import { fromBelow, tiersSchema } from './tiers.ts';

const tokensSchema = z.object({ tokens: z.array(z.number().int().nonnegative()) });

const count = z.number().int().nonnegative();
const generatedSchema = z.object({
  meta_info: z.object({
    prompt_tokens: count,
    completion_tokens: count,
    cached_tokens: count,
    cached_tokens_details: tiersSchema.nullish(),
  }),
});

/** What decides how a chat is rendered. */
const renderedFields = ['messages', 'tools', 'tool_choice', 'chat_template_kwargs'] as const;

/**
 * A chat cannot be asked for no token: SGLang takes 0 for no limit. `/generate` can, but takes a rendered prompt, and only
 * newer servers render chats (`/tokenize`).
 */
export async function offersPrefill(client: EngineClient, model: string): Promise<boolean> {
  try {
    await tokensOf(client, { model, messages: [{ role: 'user', content: '.' }] }, {});
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** Computes a chat's prompt and nothing behind it. */
export async function prefill(
  client: EngineClient,
  body: RequestBody,
  fields: RequestBody,
  options: CallOptions,
): Promise<OwnUsage> {
  const tokens = await tokensOf(client, rendered(body), options);
  const request = { input_ids: tokens, sampling_params: { max_new_tokens: 0 }, ...fields };
  const { meta_info: meta } = await client.post('/generate', request, generatedSchema, options);
  const { prompt_tokens: input, completion_tokens: output, cached_tokens: cacheRead } = meta;
  const tiers = meta.cached_tokens_details ?? undefined;
  return {
    input,
    output,
    cacheRead,
    ...(tiers === undefined ? {} : { loaded: fromBelow(tiers) }),
  };
}

async function tokensOf(
  client: EngineClient,
  body: RequestBody,
  options: CallOptions,
): Promise<readonly number[]> {
  return (await client.post('/tokenize', body, tokensSchema, options)).tokens;
}

function rendered(body: RequestBody): RequestBody {
  return Object.fromEntries(
    renderedFields.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
}
