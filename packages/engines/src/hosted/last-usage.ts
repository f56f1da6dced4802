import type { UsageReader } from './hosted-dialect.ts';
import { readOpenAIUsage, type BilledUsage } from './hosted-usage.ts';

/** OpenAI-shaped: the last payload with usage counts, be it of a chunk or of the response in the last event. */
export class LastUsage implements UsageReader {
  billed: BilledUsage | undefined;

  see(payload: unknown): void {
    const inner =
      typeof payload === 'object' && payload !== null && 'response' in payload
        ? payload.response
        : payload;
    this.billed = readOpenAIUsage(inner) ?? this.billed;
  }
}
