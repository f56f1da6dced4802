import type { Usage } from '@entresol/runtime-core';
import { z } from 'zod';

const replySchema = z.object({
  usage: z.object({
    prompt_tokens: z.number(),
    completion_tokens: z.number(),
    prompt_tokens_details: z.object({ cached_tokens: z.number() }).optional(),
  }),
});

/** Usage of a reply or of the last chunk of a stream; undefined for anything without one. */
export function readUsage(reply: unknown): Usage | undefined {
  const read = replySchema.safeParse(reply);
  if (!read.success) return undefined;
  const {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: details,
  } = read.data.usage;
  return { input, output, ...(details === undefined ? {} : { cacheRead: details.cached_tokens }) };
}
