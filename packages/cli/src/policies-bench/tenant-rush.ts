import { createRuntime } from '@entresol/runtime-core';
import type { Policy, SessionId, TenantId } from '@entresol/runtime-core';
import { countingIds, FakeDriver, ManualClock, scriptedLink } from '@entresol/runtime-core/testing';

interface RushSetting {
  readonly policies: readonly Policy[];
  /** Sessions of each tenant; each sends its next call as soon as the last one is answered. */
  readonly sessions: Readonly<Record<TenantId, number>>;
  /** Words of a call's prompt and of its reply. */
  readonly words: (
    tenant: TenantId,
    turn: number,
  ) => { readonly prompt: number; readonly reply: number };
  /** Virtual ms. */
  readonly untilMs: number;
}

/** What tenants got. */
interface Rush {
  /** Computed prompt tokens and twice those of the replies, by tenant. */
  readonly work: Readonly<Record<TenantId, number>>;
  /** Waits in the queue, those that were not over at the end included. */
  readonly waitsMs: Readonly<Record<TenantId, readonly number[]>>;
  readonly answered: number;
}

const concurrency = 4;
const stepMs = 20;
/** Event-loop turns in which everything has run that does not wait for the clock. */
const turns = 4;

const reply = (body: Readonly<Record<string, unknown>>): { readonly text: string } => ({
  text: 'word '.repeat(Number(body['reply_words'])).trim(),
});

/** Tenants that never stop asking, on an engine that takes a virtual millisecond for each token, four calls at a time. */
export async function runRush(
  { policies, sessions, words, untilMs }: RushSetting,
  signal: AbortSignal,
): Promise<Rush> {
  const clock = new ManualClock();
  const tenants = new Map<SessionId, TenantId>();
  const work: Record<TenantId, number> = {};
  const waitsMs: Record<TenantId, number[]> = {};
  const since = new Map<SessionId, number>();
  let answered = 0;
  const waited = (session: SessionId, ms: number): void => {
    (waitsMs[tenants.get(session) ?? ''] ??= []).push(ms);
    since.delete(session);
  };
  const listener: Policy = {
    name: 'listener',
    interference: 'none',
    observe(event) {
      if (event.type === 'call-start') since.set(event.session, event.atMs);
      if (event.type === 'call-send') waited(event.session, event.waitedMs);
      if (event.type !== 'call-end' || event.usage === undefined) return;
      const tenant = tenants.get(event.session) ?? '';
      const { input, cacheRead = 0, output } = event.usage;
      work[tenant] = (work[tenant] ?? 0) + (input - cacheRead) + 2 * output;
      answered += 1;
    },
  };
  const runtime = createRuntime({
    engines: new FakeDriver({ timed: true, slots: 1, reply }),
    clock,
    ids: countingIds(),
    queue: { concurrency },
    policies: [listener, ...policies],
    tenantOf: (metadata) => String(metadata['tenant']),
  });
  runtime.link(
    scriptedLink(({ user }) => {
      const session = String(user);
      return { agent: 'agent', session, metadata: { tenant: tenants.get(session) } };
    }),
  );
  await runtime.ready;
  const { baseURL, fetch } = runtime.client();
  const over = new AbortController();
  const talk = async (tenant: TenantId, session: SessionId): Promise<void> => {
    for (let turn = 0; !over.signal.aborted; turn++) {
      const { prompt, reply: replyWords } = words(tenant, turn);
      const content = `${session} ${turn} ${'word '.repeat(prompt)}`;
      const body = { model: 'm', user: session, reply_words: replyWords };
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...body, messages: [{ role: 'user', content }] }),
        signal: over.signal,
      });
      await response.text();
    }
  };
  const talks: Promise<unknown>[] = [];
  for (const [tenant, count] of Object.entries(sessions)) {
    for (let at = 0; at < count; at++) {
      const session = `${tenant}-${at}`;
      tenants.set(session, tenant);
      talks.push(talk(tenant, session));
    }
  }
  const ended = Promise.allSettled(talks);
  while (clock.now() < untilMs) {
    signal.throwIfAborted();
    for (let at = 0; at < turns; at++) await new Promise((resolve) => setImmediate(resolve));
    clock.advanceBy(stepMs);
  }
  for (const [session, sinceMs] of since) waited(session, clock.now() - sinceMs);
  const rush = { work: { ...work }, waitsMs: structuredClone(waitsMs), answered };
  over.abort();
  await ended;
  await runtime.close();
  return rush;
}
