/** What the calls of a run met. */
export interface QueueOutcome {
  /** 1 - computed prompt tokens / prompt tokens. */
  readonly netHitRate: number;
  /** Ms from when a call was made to its first token, or to its answer where that came in one piece; waits included. */
  readonly meanTtftMs: number;
  readonly p99WaitMs: number;
}
