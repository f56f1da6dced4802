import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createRuntime,
  type Policy,
  type PolicyMode,
  type RequestBody,
  type Runtime,
} from '@entresol/runtime-core';
import { countingIds, ManualClock, scriptedLink } from '@entresol/runtime-core/testing';
import { array, assert, asyncProperty, constantFrom, integer, oneof, record } from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sglang } from '../../src/sglang/index.ts';
import { FakeSGLang } from './support/fake-sglang.ts';

const sessions = ['one', 'two', 'three', 'four'] as const;

/** The later a session's name in the list, the more its prompts are worth; a role is worth more than any. */
function scorer(mode: PolicyMode): Policy {
  return {
    name: 'scorer',
    mode,
    interference: 'endpoint',
    score: {
      prefix: ({ session }) => ({
        reuse: 1,
        gainMs: 100,
        keep: session === undefined ? 1 : 1e-4 * sessions.findIndex((one) => session === one),
      }),
    },
  };
}

/** A prompt of its session alone, so that only its own order keeps it. */
function chat(session: string, turns = 1): RequestBody {
  const text = Array.from({ length: 20 }, (_, at) => `${session}-${at}`).join(' ');
  const messages = [{ role: 'user', content: text }];
  for (let turn = 1; turn < turns; turn++) {
    messages.push({ role: 'assistant', content: 'yes indeed' });
    messages.push({ role: 'user', content: `${session} ${turn}` });
  }
  return { model: 'tiny', user: session, messages };
}

async function fewTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

const onMode: PolicyMode = 'on';

interface Setting {
  readonly runtime: Runtime;
  readonly server: FakeSGLang;
  readonly clock: ManualClock;
  /** @returns tokens that were read from the cache */
  readonly ask: (body: RequestBody) => Promise<number>;
}

async function openSetting(
  server: FakeSGLang,
  {
    mode = onMode,
    baseURL = 'http://127.0.0.1:30000/v1',
    fetch = server.fetch,
    quiet = fewTurns,
  } = {},
): Promise<Setting> {
  const clock = new ManualClock();
  const runtime = createRuntime({
    engines: sglang({ baseURL, fetch, exclusive: true }),
    policies: [scorer(mode)],
    clock,
    ids: countingIds(),
  });
  runtime.link(
    scriptedLink((body) => {
      const session = body['user'];
      return typeof session === 'string' ? { agent: 'a', session } : undefined;
    }),
  );
  await runtime.ready;
  const client = runtime.client();
  const ask = async (body: RequestBody): Promise<number> => {
    const response = await client.fetch(`${client.baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const text = await response.text();
    clock.advanceBy(1_000);
    // Closing a name is a request of its own.
    await quiet();
    return Number(/"cached_tokens":(\d+)/.exec(text)?.[1] ?? 0);
  };
  return { runtime, server, clock, ask };
}

/** The worthiest session first, then the others again and again: by age alone it is gone when it comes back. */
async function returnAfterFlood({ ask }: Setting): Promise<number> {
  await ask(chat('four'));
  for (let turn = 1; turn <= 3; turn++) {
    for (const session of ['one', 'two', 'three']) await ask(chat(session, turn));
  }
  return ask(chat('four', 2));
}

async function onLoopback(double: FakeSGLang): Promise<{ origin: string; server: Server }> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const reply = double.answer(request.url ?? '/', text === '' ? '{}' : text);
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(await reply.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, server };
}

describe('SGLang, pushed by an order of worth', () => {
  it('keeps what is worth most, where age alone would have given it up', async () => {
    const capacity = 110;
    const shadow = await openSetting(new FakeSGLang({ capacity }), { mode: 'shadow' });
    expect(await returnAfterFlood(shadow)).toBeLessThan(5);
    expect(shadow.server.closed).toEqual([]);
    expect(shadow.server.chats.filter((one) => 'session_id' in one)).toEqual([]);
    await shadow.runtime.close();

    const on = await openSetting(new FakeSGLang({ capacity }));
    expect(await returnAfterFlood(on)).toBeGreaterThan(20);
    // The order was made by closing names alone: nothing was computed for it.
    const { touches, computedTokens } = on.runtime.report().background;
    expect(touches).toMatchObject({ issued: 0, released: on.server.closed.length });
    expect(computedTokens).toBe(0);
    await on.runtime.close();
    expect(on.server.cache.sessions).toEqual([]);
  });

  it('does the same over HTTP', async () => {
    const double = new FakeSGLang({ capacity: 110 });
    const { origin, server } = await onLoopback(double);
    onTestFinished(() => void server.close());
    const setting = await openSetting(double, {
      baseURL: `${origin}/v1`,
      fetch: globalThis.fetch,
      quiet: aMoment,
    });
    expect(await returnAfterFlood(setting)).toBeGreaterThan(20);
    await setting.runtime.close();
    expect(double.cache.sessions).toEqual([]);
    server.closeAllConnections();
  });

  it('lets a session go that will not come back, also while requests wait', async () => {
    const setting = await openSetting(new FakeSGLang());
    setting.server.waiting = 9;
    await setting.ask(chat('one'));
    await setting.ask(chat('two'));
    expect(setting.server.cache.sessions).toHaveLength(2);
    setting.runtime.closeSession('one');
    await expect.poll(() => setting.server.cache.sessions).toHaveLength(1);
    await setting.runtime.close();
  });

  it('takes everything back at the kill switch', async () => {
    const setting = await openSetting(new FakeSGLang());
    await setting.ask(chat('one'));
    setting.runtime.stopActing();
    await setting.ask(chat('two'));
    expect(setting.server.cache.sessions).toEqual([]);
    await setting.runtime.close();
  });

  it('pushes no more where what was pushed is never found, and says so', async () => {
    const setting = await openSetting(new FakeSGLang());
    const { server, runtime, clock } = setting;
    const grow = async (from: number, to: number): Promise<void> => {
      for (let turns = from; turns <= to; turns++) {
        server.cache.clear();
        await setting.ask(chat('one', turns));
      }
    };
    const named = (): number => server.chats.filter((one) => 'session_id' in one).length;
    await grow(1, 10);
    // The first call finds nothing that was pushed; the five after it should have.
    expect(named()).toBe(6);
    const [missing] = runtime.report().endpoints['sglang']?.missing ?? [];
    expect(missing).toMatchObject({ effect: 'push', tries: 5 });
    clock.advanceBy(600_000);
    await setting.ask(chat('one', 11));
    expect(named()).toBe(7);
    await setting.ask(chat('one', 12));
    expect(runtime.report().endpoints['sglang']?.missing).toBeUndefined();
    await setting.ask(chat('one', 13));
    expect(named()).toBe(8);
    await runtime.close();
    expect(server.cache.sessions).toEqual([]);
  });

  it('never uses a name that it closed, nor leaves one open, whatever happens', async () => {
    const step = oneof(
      record({ ask: constantFrom(...sessions), turns: integer({ min: 1, max: 4 }) }),
      record({ close: constantFrom(...sessions) }),
      record({ closeStatus: constantFrom(200, 500) }),
      record({ passMs: integer({ min: 1, max: 3_000 }) }),
    );
    const cases = record({
      steps: array(step, { maxLength: 30 }),
      capacity: integer({ min: 40, max: 200 }),
    });
    let released = 0;
    await assert(
      asyncProperty(cases, async ({ steps, capacity }) => {
        const setting = await openSetting(new FakeSGLang({ capacity }));
        const { server, runtime, clock } = setting;
        for (const one of steps) {
          if ('ask' in one) await setting.ask(chat(one.ask, one.turns));
          else if ('close' in one) runtime.closeSession(one.close);
          else if ('closeStatus' in one) server.closeStatus = one.closeStatus;
          else clock.advanceBy(one.passMs);
          const closed = new Set(server.closed.map((name) => JSON.stringify(name)));
          expect(closed.size).toBe(server.closed.length);
          const zombies = server.cache.sessions.filter((name) =>
            closed.has(JSON.stringify({ session_id: name })),
          );
          expect(zombies).toEqual([]);
        }
        server.closeStatus = 200;
        released += runtime.report().background.touches.released;
        await runtime.close();
        expect(server.cache.sessions).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(released).toBeGreaterThan(0);
  });
});
