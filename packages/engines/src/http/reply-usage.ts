import type { Usage } from '@entresol/runtime-core';
import { z } from 'zod';

const count = z.number().int().nonnegative();

const usageSchema = z.object({
  usage: z.object({
    prompt_tokens: count,
    completion_tokens: count.optional(),
    prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
    completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
  }),
});

/** Usage of an OpenAI-shaped reply or of a stream's last chunk; undefined for anything without one. */
export function readUsage(reply: unknown): Usage | undefined {
  const read = usageSchema.safeParse(reply);
  if (!read.success) return undefined;
  const {
    prompt_tokens: input,
    completion_tokens: output = 0,
    prompt_tokens_details: details,
    completion_tokens_details: outputDetails,
  } = read.data.usage;
  const cacheRead = details?.cached_tokens ?? undefined;
  const reasoning = outputDetails?.reasoning_tokens ?? undefined;
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}
