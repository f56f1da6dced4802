import type { Milliseconds } from '@entresol/runtime-core';

/** What one request asked and how the engine answered, as the client saw it. Holds no text. */
export interface RequestRecord {
  /** SHA-256 of the canonical messages and tools. */
  readonly promptHash: string;
  /** Share of the prompt, in [0, 1], that an infinite cache of this arm's earlier prompts would hold. */
  readonly reusableShare: number;
  readonly startedAtMs: Milliseconds;
  /** Undefined when the reply carried nothing. */
  readonly firstTokenAtMs?: Milliseconds;
  readonly endedAtMs: Milliseconds;
  readonly usage?: RequestUsage;
  readonly timings?: RequestTimings;
  /** Why there is no complete reply. */
  readonly failure?: string;
}

/** Token counts of the reply; a count that it did not carry is undefined. */
export interface RequestUsage {
  readonly promptTokens: number;
  readonly cachedTokens?: number;
  readonly completionTokens: number;
}

/** Where the engine says the time went. */
export interface RequestTimings {
  readonly queueMs?: Milliseconds;
  readonly prefillMs?: Milliseconds;
}
