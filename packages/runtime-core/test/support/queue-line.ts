import { CallQueue } from '../../src/call-queue.ts';
import type { CallDraft, CallQueueOptions, QueueWish } from '../../src/index.ts';
import { checkedQueueOptions } from '../../src/queue-options.ts';
import { ManualClock } from '../../src/testing/index.ts';

export const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function draftOf(call: string): CallDraft {
  const scope = { endpoint: 'fake', model: 'm', namespace: '' };
  return { call, agent: 'a', session: 's', scope, prefixes: [], inputTokens: 10 };
}

interface Line {
  readonly queue: CallQueue;
  readonly clock: ManualClock;
  /** Calls in the order in which they were sent. */
  readonly sent: string[];
  readonly failed: string[];
  enter(call: string, more?: { wish?: QueueWish; signal?: AbortSignal; arrival?: number }): void;
  leave(call: string): void;
}

export function line(
  options: CallQueueOptions,
  parts: { score?: (call: string) => number | undefined; awaited?: (call: string) => boolean } = {},
): Line {
  const clock = new ManualClock();
  const queue = new CallQueue({
    clock,
    options: checkedQueueOptions(options),
    score: ({ call }) => parts.score?.(call),
    awaited: (call) => parts.awaited?.(call) ?? false,
  });
  const sent: string[] = [];
  const failed: string[] = [];
  const leaves = new Map<string, () => void>();
  let arrivals = 0;
  return {
    queue,
    clock,
    sent,
    failed,
    enter(call, { wish, signal, arrival = (arrivals += 1) } = {}) {
      const enter = async (): Promise<void> => {
        try {
          const admitted = await queue.enter({ draft: draftOf(call), arrival, wish, signal });
          sent.push(call);
          leaves.set(call, () => admitted.leave());
        } catch {
          failed.push(call);
        }
      };
      void enter();
    },
    leave(call) {
      leaves.get(call)?.();
    },
  };
}

export const wish = (key: string, cost = 1, weight = 1): QueueWish => ({
  kind: 'queue',
  key,
  cost,
  weight,
});

/** Ends every call in the order in which it was sent, until nobody runs. */
export async function drain(one: Line): Promise<void> {
  await turns();
  for (let at = 0; at < one.sent.length; at++) {
    one.leave(one.sent[at] ?? '');
    await turns();
  }
}
