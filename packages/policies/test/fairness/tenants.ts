import { createRuntime } from '@entresol/runtime-core';
import type { CallQueueOptions, Policy, Runtime } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock, scriptedLink } from '@entresol/runtime-core/testing';
import { onTestFinished } from 'vitest';

export interface Rush {
  readonly runtime: Runtime;
  /** Tokens that the engine worked on, by tenant: computed prompt tokens and twice the reply. */
  readonly work: ReadonlyMap<string, number>;
  /** Waits of each tenant's calls in the queue, those that still waited at the end included. */
  readonly waits: ReadonlyMap<string, number[]>;
  readonly calls: number;
}

export interface RushOptions {
  readonly policies: readonly Policy[];
  readonly queue: CallQueueOptions;
  /** Sessions of each tenant; each sends its next call when the last one is answered. */
  readonly sessions: Readonly<Record<string, number>>;
  /** Words of the n-th prompt of a tenant's session, and of its reply. */
  readonly words?: (
    tenant: string,
    turn: number,
  ) => { readonly prompt: number; readonly reply: number };
  readonly untilMs: number;
}

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

/** Lets everything run that waits for no clock. */
async function settle(): Promise<void> {
  for (let at = 0; at < 4; at++) await new Promise((resolve) => setImmediate(resolve));
}

/** Several tenants on one engine that takes a millisecond for each token, until the clock stands at `untilMs`. */
export async function rush(options: RushOptions): Promise<Rush> {
  const { policies, queue, sessions, untilMs } = options;
  const wordsOf = options.words ?? (() => ({ prompt: 40, reply: 20 }));
  const clock = new ManualClock();
  const driver = new FakeDriver({
    timed: true,
    slots: 1,
    reply: (body) => ({ text: words(Number(body['reply_words'])) }),
  });
  const work = new Map<string, number>();
  const waits = new Map<string, number[]>();
  const tenantBySession = new Map<string, string>();
  const waiting = new Map<string, number>();
  const waited = (session: string, ms: number): void => {
    const tenant = tenantBySession.get(session) ?? '';
    waits.set(tenant, [...(waits.get(tenant) ?? []), ms]);
    waiting.delete(session);
  };
  const listener: Policy = {
    name: 'listener',
    interference: 'none',
    observe(event) {
      if (event.type === 'call-start') waiting.set(event.session, event.atMs);
      if (event.type === 'call-send') waited(event.session, event.waitedMs);
      if (event.type !== 'call-end' || event.usage === undefined) return;
      const tenant = tenantBySession.get(event.session) ?? '';
      const { input, cacheRead = 0, output } = event.usage;
      work.set(tenant, (work.get(tenant) ?? 0) + (input - cacheRead) + 2 * output);
    },
  };
  const runtime = createRuntime({
    engines: driver,
    clock,
    ids: countingIds(),
    queue,
    policies: [listener, ...policies],
    tenantOf: (metadata) => String(metadata['tenant']),
  });
  onTestFinished(() => runtime.close());
  runtime.link(
    scriptedLink((body) => {
      const session = String(body['user']);
      const tenant = tenantBySession.get(session);
      return { agent: 'agent', session, metadata: { tenant } };
    }),
  );
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();
  const over = new AbortController();
  let calls = 0;
  const talk = async (tenant: string, session: string): Promise<void> => {
    for (let turn = 0; !over.signal.aborted; turn++) {
      const { prompt, reply } = wordsOf(tenant, turn);
      const messages = [{ role: 'user', content: `${session} ${turn} ${words(prompt - 2)}` }];
      const body = { model: 'm', user: session, reply_words: reply, messages };
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      await response.text();
      calls += 1;
    }
  };
  const talks = Object.entries(sessions).flatMap(([tenant, count]) =>
    Array.from({ length: count }, (_, at) => {
      const session = `${tenant}-${at}`;
      tenantBySession.set(session, tenant);
      return talk(tenant, session);
    }),
  );
  while (clock.now() < untilMs) {
    await settle();
    clock.advanceBy(20);
  }
  for (const [session, sinceMs] of waiting) waited(session, clock.now() - sinceMs);
  const measured = { runtime, work: new Map(work), waits: new Map(waits), calls };
  over.abort();
  runtime.stopActing();
  const ended = new AbortController();
  const all = Promise.all(talks).then(() => ended.abort());
  for (let at = 0; at < 2_000 && !ended.signal.aborted; at++) {
    await settle();
    clock.advanceBy(100);
  }
  await all;
  return measured;
}
