import { keyedRandom } from '@entresol/example-load';
import type { Trace, TraceCall, TraceSession } from '@entresol/replay';
import { replyTokensLimit } from './trace-task.ts';
import type { TraceTask } from './trace-task.ts';

/**
 * What an arm plays: whole sessions in an order drawn from the seed, or the beginning of each, their token counts scaled. Prompts continue each
 * other as far as the trace says, and never into a reply: random weights write another one than the trace has, so what the
 * next prompt has of it is new text.
 */
export function sampledTrace(trace: Trace, task: Omit<TraceTask, 'path'>, seed: number): Trace {
  const random = keyedRandom(seed);
  const shuffled = trace.sessions
    .filter((session) => session.calls.length > 0)
    .map((session) => ({ session, at: random.unit('sample', session.id) }))
    .toSorted((left, right) => left.at - right.at);
  const sessions: TraceSession[] = [];
  let drawn = 0;
  for (const { session } of shuffled) {
    if (drawn >= task.calls && sessions.length >= task.sessions) break;
    const calls = session.calls.slice(0, task.callsPerSession);
    sessions.push({ ...session, calls: scaledCalls(calls, task.tokenFactor) });
    drawn += calls.length;
  }
  return { ...trace, sessions };
}

function scaledCalls(calls: readonly TraceCall[], factor: number): readonly TraceCall[] {
  const scaled = (tokens: number): number => Math.round(tokens * factor);
  const before = new Map<number, TraceCall>();
  return calls.map((call) => {
    const previous = before.get(call.conversation);
    before.set(call.conversation, call);
    return {
      ...call,
      roleTokens: scaled(call.roleTokens),
      contextTokens: scaled(call.contextTokens),
      outputTokens: Math.min(replyTokensLimit, Math.max(1, scaled(call.outputTokens))),
      reusedTokens: scaled(Math.min(call.reusedTokens, previous?.contextTokens ?? 0)),
    };
  });
}
