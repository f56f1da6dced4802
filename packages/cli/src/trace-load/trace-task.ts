import type { Trace } from '@entresol/replay';

/** Which part of a trace an arm plays, and how large. Plain data: it crosses a process boundary. */
export interface TraceTask {
  /** Trace file. */
  readonly path: string;
  /** Whole sessions are drawn until there are at least so many calls and sessions; all of them where there are fewer. */
  readonly calls: number;
  readonly sessions: number;
  /** Only so many calls of each session, its first; all where it is absent. */
  readonly callsPerSession?: number;
  /** Every token count of the trace times this, in (0, 1]. One factor per workload. */
  readonly tokenFactor: number;
}

/** Workloads that `--traces` plays unless told otherwise; the fifth is the control where there is little to learn. */
export const traceNames = [
  'chatdev',
  'magentic_ww',
  'mad_debate',
  'marble_research',
  'captain_ww',
] as const;

/** Where traces are looked for, from the root of the checkout, where `ENTRESOL_TRACES` does not say. */
export const usualTraces = '../shared/traces';

/** Mean prompt that a run of some hundred calls affords on two cores. */
export const usualPromptTokens = 600;

/** Room for the reply, and for what a chat template adds to the longest prompt. */
const reservedTokens = 256;

/** Most tokens of one reply: decoding is not what the cache is about. */
export const replyTokensLimit = 32;

/**
 * The factor of a workload: its mean prompt comes to `promptTokens`, its longest fits into the context, and nothing grows.
 * Taken over the whole trace, so that every sample has the same.
 */
export function tokenFactorOf(
  { sessions }: Trace,
  {
    promptTokens,
    contextTokens,
  }: { readonly promptTokens: number; readonly contextTokens: number },
): number {
  let calls = 0;
  let sum = 0;
  let longest = 1;
  for (const session of sessions) {
    for (const { roleTokens, contextTokens: own } of session.calls) {
      calls += 1;
      sum += roleTokens + own;
      longest = Math.max(longest, roleTokens + own);
    }
  }
  const affordable = sum === 0 ? 1 : (promptTokens * calls) / sum;
  const fitting = Math.max(1, contextTokens - reservedTokens) / longest;
  return Math.min(1, affordable, fitting);
}
