import type { Milliseconds, Usage } from '@entresol/runtime-core';
import { z } from 'zod';

const count = z.number().int().nonnegative();
const maybe = count.nullish();

/** Tokens of one reply, with what a bill needs beyond them. */
export interface BilledUsage {
  readonly usage: Usage;
  /** As the reply names it. */
  readonly model: string | undefined;
  /** Tokens written to the cache by the life they were given; empty where the provider does not tell. */
  readonly written: readonly {
    readonly ttlMs: Milliseconds | undefined;
    readonly tokens: number;
  }[];
}

const chatSchema = z.object({
  model: z.string().nullish(),
  usage: z.object({
    prompt_tokens: count,
    completion_tokens: maybe,
    prompt_tokens_details: z.object({ cached_tokens: maybe, cache_write_tokens: maybe }).nullish(),
    completion_tokens_details: z.object({ reasoning_tokens: maybe }).nullish(),
    /** DeepSeek. */
    prompt_cache_hit_tokens: maybe,
    /** Moonshot. */
    cached_tokens: maybe,
  }),
});

const responsesSchema = z.object({
  model: z.string().nullish(),
  usage: z.object({
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: z
      .object({
        cached_tokens: maybe,
        cache_write_tokens: maybe,
        cache_write_tokens_details: z
          .object({ ttl_30m_tokens: maybe, ttl_12h_tokens: maybe })
          .nullish(),
      })
      .nullish(),
    output_tokens_details: z.object({ reasoning_tokens: maybe }).nullish(),
  }),
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Usage of an OpenAI-shaped reply, chat completion or response; undefined for anything without one. */
export function readOpenAIUsage(reply: unknown): BilledUsage | undefined {
  return readChat(reply) ?? readResponse(reply);
}

function readChat(reply: unknown): BilledUsage | undefined {
  const read = chatSchema.safeParse(reply);
  if (!read.success) return undefined;
  const { model, usage } = read.data;
  const details = usage.prompt_tokens_details;
  const cacheRead = details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens;
  const cacheWrite = details?.cache_write_tokens;
  return {
    model: model ?? undefined,
    usage: tokens({
      input: usage.prompt_tokens,
      output: usage.completion_tokens ?? 0,
      cacheRead,
      cacheWrite,
      reasoning: usage.completion_tokens_details?.reasoning_tokens,
    }),
    written: cacheWrite ? [{ ttlMs: undefined, tokens: cacheWrite }] : [],
  };
}

function readResponse(reply: unknown): BilledUsage | undefined {
  const read = responsesSchema.safeParse(reply);
  if (!read.success) return undefined;
  const { model, usage } = read.data;
  const details = usage.input_tokens_details;
  const cacheWrite = details?.cache_write_tokens;
  const lives = details?.cache_write_tokens_details;
  const told = [
    { ttlMs: 30 * minuteMs, tokens: lives?.ttl_30m_tokens ?? 0 },
    { ttlMs: 12 * hourMs, tokens: lives?.ttl_12h_tokens ?? 0 },
  ].filter((life) => life.tokens > 0);
  return {
    model: model ?? undefined,
    usage: tokens({
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: details?.cached_tokens,
      cacheWrite,
      reasoning: usage.output_tokens_details?.reasoning_tokens,
    }),
    written: told.length > 0 || !cacheWrite ? told : [{ ttlMs: undefined, tokens: cacheWrite }],
  };
}

/** A figure that was not given stays undefined. */
function tokens(given: {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | null | undefined;
  readonly cacheWrite?: number | null | undefined;
  readonly reasoning?: number | null | undefined;
}): Usage {
  const { input, output, cacheRead, cacheWrite, reasoning } = given;
  return {
    input,
    output,
    ...(typeof cacheRead === 'number' ? { cacheRead } : {}),
    ...(typeof cacheWrite === 'number' ? { cacheWrite } : {}),
    ...(typeof reasoning === 'number' ? { reasoning } : {}),
  };
}
