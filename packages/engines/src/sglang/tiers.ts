import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Where the cached tokens of a prompt came from, as SGLang tells it: `storage` only where it has one. */
export const tiersSchema: z.ZodType<{
  readonly device: number;
  readonly host?: number | null | undefined;
  readonly storage?: number | null | undefined;
}> = z.object({ device: count, host: count.nullish(), storage: count.nullish() });

const replySchema = z.object({
  sglext: z.object({ cached_tokens_details: tiersSchema }),
});

/** Tokens of a chat completion's prompt that came up from host memory or storage; undefined where it is not told. */
export function loadedTokens(reply: unknown): number | undefined {
  const read = replySchema.safeParse(reply);
  return read.success ? fromBelow(read.data.sglext.cached_tokens_details) : undefined;
}

export function fromBelow({ host, storage }: z.infer<typeof tiersSchema>): number {
  return (host ?? 0) + (storage ?? 0);
}
