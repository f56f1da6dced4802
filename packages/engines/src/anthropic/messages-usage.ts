import type { Usage } from '@entresol/runtime-core';
import { z } from 'zod';
import type { UsageReader } from '../hosted/hosted-dialect.ts';
import type { BilledUsage } from '../hosted/hosted-usage.ts';
import { lifeMs } from './lives.ts';

const count = z.number().int().nonnegative();
const maybe = count.nullish();

const counts = z.object({
  input_tokens: maybe,
  output_tokens: maybe,
  cache_read_input_tokens: maybe,
  cache_creation_input_tokens: maybe,
  cache_creation: z
    .object({ ephemeral_5m_input_tokens: maybe, ephemeral_1h_input_tokens: maybe })
    .nullish(),
});
type Counts = z.infer<typeof counts>;

const message = z.object({ type: z.literal('message'), model: z.string(), usage: counts });
const begun = z.object({ type: z.literal('message_start'), message });
const ended = z.object({ type: z.literal('message_delta'), usage: counts });

/**
 * Counts of a Messages reply, or of its stream: the first event counts the input, the last one the output, and newer
 * versions everything once more.
 */
export class MessagesUsage implements UsageReader {
  billed: BilledUsage | undefined;
  #model: string | undefined;
  #counts: Counts = {};

  see(payload: unknown): void {
    const start = begun.safeParse(payload);
    if (start.success) {
      this.#model = start.data.message.model;
      this.#counts = start.data.message.usage;
      return;
    }
    const end = ended.safeParse(payload);
    const whole = end.success ? undefined : message.safeParse(payload).data;
    const told = end.data?.usage ?? whole?.usage;
    if (told === undefined) return;
    const given = Object.entries(told).filter(([, figure]) => typeof figure !== 'undefined');
    this.#counts = {
      ...this.#counts,
      ...Object.fromEntries(given.filter(([, at]) => at !== null)),
    };
    this.billed = billedOf(this.#counts, whole?.model ?? this.#model) ?? this.billed;
  }
}

/** `input_tokens` are those behind the last breakpoint alone. */
function billedOf(told: Counts, model: string | undefined): BilledUsage | undefined {
  const { input_tokens: plain, output_tokens: output } = told;
  if (typeof plain !== 'number') return undefined;
  const cacheRead = told.cache_read_input_tokens ?? undefined;
  const cacheWrite = told.cache_creation_input_tokens ?? undefined;
  const usage: Usage = {
    input: plain + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: output ?? 0,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
  const lives = told.cache_creation;
  const byLife = [
    { ttlMs: lifeMs['5m'], tokens: lives?.ephemeral_5m_input_tokens ?? 0 },
    { ttlMs: lifeMs['1h'], tokens: lives?.ephemeral_1h_input_tokens ?? 0 },
  ].filter(({ tokens }) => tokens > 0);
  const untold = byLife.length === 0 && cacheWrite;
  return { model, usage, written: untold ? [{ ttlMs: undefined, tokens: cacheWrite }] : byLife };
}
