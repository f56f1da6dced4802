import { createRuntime } from '@entresol/runtime-core';
import type { CallQueueOptions, Policy, Runtime, RuntimeEvent } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock, scriptedLink } from '@entresol/runtime-core/testing';
import { onTestFinished } from 'vitest';

/** One call that an app sends. */
export interface Branch {
  readonly session: string;
  /** Words of its role, which calls of the same agent share. */
  readonly agent: string;
  /** Words of its own. */
  readonly own: number;
  /** Words that calls of the session share, between the role and its own. */
  readonly shared: number;
  readonly reply?: number;
  /** By default it streams. */
  readonly streams?: boolean;
  readonly atMs?: number;
  readonly givesUpAtMs?: number;
}

export interface Sent {
  readonly runtime: Runtime;
  readonly driver: FakeDriver;
  readonly events: readonly RuntimeEvent[];
  /** When each branch was answered or had given up, in the order of the branches. */
  readonly endedAtMs: readonly number[];
  readonly computedTokens: number;
  /** Positions of the branches in the order in which they reached the engine. */
  readonly order: readonly number[];
}

interface Setting {
  readonly policies: readonly Policy[];
  readonly queue?: CallQueueOptions;
  readonly slots?: number;
  readonly shares?: 'under-way' | 'computed';
  readonly prefill?: 'side-by-side' | 'in-turn';
  /** Is it an API that is paid by the token? */
  readonly paid?: boolean;
}

const money = { perInputToken: 1e-6, readFactor: 0.1, write: [{ ttlMs: 300_000, factor: 1.25 }] };

const words = (count: number, word: string): string =>
  Array.from({ length: count }, () => word).join(' ');

/** Lets everything run that waits for no clock. */
async function settle(): Promise<void> {
  for (let at = 0; at < 4; at++) await new Promise((resolve) => setImmediate(resolve));
}

/** An engine that takes a millisecond for each token, where a prompt can be shared when it is computed. */
export async function open({
  policies,
  queue,
  slots = 64,
  shares = 'computed',
  prefill = 'side-by-side',
  paid = false,
}: Setting): Promise<{
  readonly send: (branches: readonly Branch[]) => Promise<Sent>;
}> {
  const clock = new ManualClock();
  const driver = new FakeDriver({
    timed: true,
    slots,
    shares,
    prefill,
    ...(paid ? { money } : {}),
    reply: (body) => ({ text: words(Number(body['reply_words']), 'reply') }),
  });
  const events: RuntimeEvent[] = [];
  const listener: Policy = {
    name: 'listener',
    interference: 'none',
    observe: (event) => void events.push(event),
  };
  const runtime = createRuntime({
    engines: driver,
    clock,
    ids: countingIds(),
    policies: [listener, ...policies],
    ...(queue === undefined ? {} : { queue }),
  });
  onTestFinished(() => runtime.close());
  runtime.link(
    scriptedLink((body) => ({ agent: String(body['agent']), session: String(body['user']) })),
  );
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();

  const ask = async (branch: Branch, at: number, signal: AbortSignal): Promise<number> => {
    const { session, agent, own, shared, reply = 5, streams = true } = branch;
    const body = {
      model: 'm',
      user: session,
      agent,
      branch: at,
      reply_words: reply,
      ...(streams ? { stream: true, stream_options: { include_usage: true } } : {}),
      messages: [
        { role: 'system', content: `you are ${agent}` },
        { role: 'user', content: words(shared, `shared-${session}`) },
        { role: 'user', content: words(own, `own-${at}`) },
      ],
    };
    try {
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
        signal,
      });
      await response.text();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return clock.now();
  };

  const send = async (branches: readonly Branch[]): Promise<Sent> => {
    const fromMs = clock.now();
    const before = driver.requests.length;
    const ended = new AbortController();
    const all = Promise.all(
      branches.map(async (branch, at) => {
        const { atMs = 0, givesUpAtMs } = branch;
        const aborter = new AbortController();
        if (givesUpAtMs !== undefined) clock.at(fromMs + givesUpAtMs, () => aborter.abort());
        if (atMs > 0) await new Promise<void>((resolve) => clock.at(fromMs + atMs, resolve));
        return ask(branch, at, aborter.signal);
      }),
    ).finally(() => ended.abort());
    for (let at = 0; at < 4_000 && !ended.signal.aborted; at++) {
      await settle();
      clock.advanceBy(5);
    }
    if (!ended.signal.aborted) throw new Error('somebody waits for ever');
    const endedAtMs = await all;
    const requests = driver.requests.slice(before);
    return {
      runtime,
      driver,
      events,
      endedAtMs: endedAtMs.map((ms) => ms - fromMs),
      computedTokens: requests.reduce(
        (sum, { usage: { input, cacheRead = 0 } }) => sum + input - cacheRead,
        0,
      ),
      order: requests.map(({ body }) => Number(body['branch'])),
    };
  };
  return { send };
}

/** Branches of one session that share a prompt. */
export const fanOut = (count: number, changes: Partial<Branch> = {}): readonly Branch[] =>
  Array.from({ length: count }, () => ({
    session: 's',
    agent: 'a',
    own: 10,
    shared: 200,
    ...changes,
  }));
