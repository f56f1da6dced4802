import type { Milliseconds } from '@entresol/runtime-core';

/** One request of an arm as the oracle arm gets to know it in advance. A file of them has one a line, in order of sending. */
export interface KnownRequest {
  readonly session: string;
  readonly agent: string;
  /** From 0, counts the requests of this session in order of sending. */
  readonly turn: number;
  /** Canonical JSON text of the tools, if any, and then of each message. */
  readonly messages: readonly string[];
  /** Since the arm's first request. */
  readonly startedAtMs: Milliseconds;
  readonly outputTokens: number;
}
