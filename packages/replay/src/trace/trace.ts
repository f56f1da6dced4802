import type { Topology } from '@entresol/runtime-core';

/** One LLM call of a trace. Counts only: no text. */
export interface TraceCall {
  /** Index into {@link Trace.agents}. */
  readonly agent: number;
  /** Index of the role prefix that the prompt begins with; equal indices share their blocks across sessions. */
  readonly role: number;
  /** Index of the conversation within the session: prompts of one conversation continue each other. */
  readonly conversation: number;
  readonly roleTokens: number;
  /** Prompt tokens behind the role prefix. */
  readonly contextTokens: number;
  readonly outputTokens: number;
  /** Context tokens that the conversation's call before this one had too; 0 for its first. */
  readonly reusedTokens: number;
  /** Seconds since the session began; absent in traces without a clock. */
  readonly startedAtS?: number;
  readonly endedAtS?: number;
  /** What the session did after the call, where the trace says so. */
  readonly tool?: string;
}

export interface TraceSession {
  readonly id: string;
  /** In causal order. */
  readonly calls: readonly TraceCall[];
  readonly conversations: number;
}

/** A recorded workload. */
export interface Trace {
  readonly workload: string;
  readonly agents: readonly string[];
  /** Distinct role prefixes. */
  readonly roles: number;
  readonly sessions: readonly TraceSession[];
  /** The graph that the application declared; absent where it declares none. */
  readonly topology?: Topology;
  /** Said with every figure: where it comes from, and which numbers are estimates. */
  readonly source: { readonly name: string; readonly estimated: readonly string[] };
}
