import { keyedRandom } from '../keyed-random.ts';
import { waitInRealTime } from '../wait.ts';
import type { Wait } from '../wait.ts';

/** The spread of a real back end: a warm query to a slow third party, in milliseconds. */
const [fastestMs, slowestMs] = [20, 300];

/** What Mastra tells a tool of its call. */
interface ToolContext {
  readonly abortSignal?: AbortSignal | undefined;
  readonly agent?: { readonly toolCallId?: string } | undefined;
}

/** Lets a tool take its time: fixed by the id of the call, so it needs no state. */
export function toolLatency(wait: Wait = waitInRealTime): (context: ToolContext) => Promise<void> {
  return ({ abortSignal, agent }) =>
    wait(
      keyedRandom(0).between(fastestMs, slowestMs, 'tool-latency', agent?.toolCallId ?? ''),
      abortSignal,
    );
}
