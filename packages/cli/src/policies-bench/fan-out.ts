import { createRuntime } from '@entresol/runtime-core';
import type { Policy } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock, scriptedLink } from '@entresol/runtime-core/testing';

export interface FanOutSetting {
  readonly policies: readonly Policy[];
  readonly branches: number;
  /** Tokens that all branches share, and those of a branch's own. */
  readonly shared: number;
  readonly own: number;
  /** Is the shared prompt sent once before? */
  readonly resident: boolean;
  /** Does the engine compute prompts one after the other, as where compute is short, or side by side, as a hosted API? */
  readonly prefill: 'side-by-side' | 'in-turn';
  /** Is it an API that is paid by the token? */
  readonly paid: boolean;
}

/** What a fan-out cost. */
export interface FanOutOutcome {
  readonly computedTokens: number;
  /** Virtual ms from the first request to the last answer. */
  readonly lastMs: number;
  /** Virtual ms to the first token, the latest. */
  readonly slowestFirstTokenMs: number;
}

/** Only that there are prices matters here. */
const money = { perInputToken: 1e-6, readFactor: 0.1, write: [{ ttlMs: 300_000, factor: 1.25 }] };
const replyWords = 40;
const stepMs = 1;
const turns = 4;

const words = (count: number, word: string): string =>
  Array.from({ length: count }, () => word).join(' ');

/**
 * Branches of one session that are asked at once, on an engine that takes a virtual millisecond for each token and from
 * which a prompt can be read when it has been computed.
 */
export async function runFanOut(
  { policies, branches, shared, own, resident, prefill, paid }: FanOutSetting,
  signal: AbortSignal,
): Promise<FanOutOutcome> {
  const clock = new ManualClock();
  const driver = new FakeDriver({
    timed: true,
    slots: 2 * branches,
    shares: 'computed',
    prefill,
    ...(paid ? { money } : {}),
    reply: () => ({ text: words(replyWords, 'reply') }),
  });
  const firstTokens: number[] = [];
  const listener: Policy = {
    name: 'listener',
    interference: 'none',
    observe: ({ type, atMs }) => void (type === 'call-first-token' && firstTokens.push(atMs)),
  };
  const runtime = createRuntime({
    engines: driver,
    clock,
    ids: countingIds(),
    policies: [listener, ...policies],
  });
  runtime.link(scriptedLink(() => ({ agent: 'branch', session: 'session' })));
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();
  const ask = async (branch: string): Promise<void> => {
    const response = await fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'm',
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: words(shared, 'shared') },
          { role: 'user', content: words(own, branch) },
        ],
      }),
    });
    await response.text();
  };
  /** Lets the clock run until all are answered. */
  const play = async (asked: readonly Promise<void>[]): Promise<void> => {
    const over = new AbortController();
    const all = Promise.all(asked).finally(() => over.abort());
    while (!over.signal.aborted) {
      signal.throwIfAborted();
      for (let at = 0; at < turns; at++) await new Promise((resolve) => setImmediate(resolve));
      if (!over.signal.aborted) clock.advanceBy(stepMs);
    }
    await all;
  };
  if (resident) await play([ask('before')]);
  const fromMs = clock.now();
  const before = driver.requests.length;
  firstTokens.length = 0;
  await play(Array.from({ length: branches }, (_, at) => ask(`branch-${at}`)));
  const computed = driver.requests
    .slice(before)
    .map(({ usage: { input, cacheRead = 0 } }) => input - cacheRead);
  const outcome = {
    computedTokens: computed.reduce((sum, tokens) => sum + tokens, 0),
    lastMs: clock.now() - fromMs,
    slowestFirstTokenMs: Math.max(...firstTokens) - fromMs,
  };
  await runtime.close();
  return outcome;
}
