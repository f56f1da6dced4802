import type { CallPlan, RequestBody } from '@entresol/runtime-core';
import { draftCall, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it, vi } from 'vitest';
import { llamaServer, type LlamaServerEngine } from '../../src/llama-server/index.ts';
import { PassiveHost, prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { FakeLlamaServer } from './support/fake-llama-server.ts';

const baseURL = 'http://127.0.0.1:8080/v1';
const go: CallPlan = { verdict: 'go', annotate: {} };

function chat(agent: string, turns: readonly string[], more: RequestBody = {}): RequestBody {
  const head = Array.from({ length: 80 }, (_, at) => `${agent}-${at}`).join(' ');
  return {
    model: 'm',
    messages: [
      { role: 'system', content: head },
      ...turns.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
    ],
    ...more,
  };
}

const long = (name: string): string =>
  Array.from({ length: 100 }, (_, at) => `${name}.${at}`).join(' ');

let calls = 0;

/** Sends a call as a runtime does. */
async function send(
  engine: LlamaServerEngine,
  body: RequestBody,
  {
    agent = 'a',
    session = 's',
    tenant,
  }: { agent?: string; session?: string; tenant?: string } = {},
): Promise<Response> {
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: `call-${(calls += 1)}`,
    attempt: 1,
    metadata: {},
    agent,
    session,
  };
  const draft = draftCall(identity, body, engine, tenant);
  return post(engine, engine.decorate(body, go, draft));
}

function post(engine: LlamaServerEngine, body: RequestBody, init: RequestInit = {}) {
  return engine.transport.fetch(`${engine.transport.baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });
}

async function opened(
  server = new FakeLlamaServer(),
  options: Partial<Parameters<typeof llamaServer>[0]> = {},
) {
  const host = new PassiveHost();
  const engine = llamaServer({ baseURL, fetch: server.fetch, ...options });
  await engine.open(host);
  server.seen.length = 0;
  return { server, host, engine };
}

describe('llamaServer', () => {
  it('names the slot of every request and takes its own field out', async () => {
    const { server, engine } = await opened();
    await send(engine, chat('a', ['hello']));
    const [request] = server.of('/v1/chat/completions');
    expect(request?.body).toMatchObject({ id_slot: expect.any(Number), cache_prompt: true });
    expect(Object.keys(request?.body ?? {})).not.toContain('entresol_call');
    await engine.close();
  });

  it('keeps two conversations in two slots, and saves the one that a third displaces', async () => {
    const { server, engine } = await opened();
    for (const session of ['one', 'two', 'three']) {
      await send(engine, chat(session, [long(session)]), { agent: session, session });
    }
    await send(engine, chat('one', [long('one'), 'yes indeed', 'and more']), {
      agent: 'one',
      session: 'one',
    });
    expect(server.of('/slots').some(({ path }) => path.includes('action=restore'))).toBe(true);
    expect(engine.stats()).toMatchObject({ loads: 1 });
    expect(engine.stats().cachedByTier.disk).toBeGreaterThan(150);
    await engine.close();
  });

  it('counts as cached what the server says, and nothing that it computed for the same request', async () => {
    const { engine } = await opened();
    const body = chat('a', [long('question')]);
    await send(engine, body);
    await send(engine, body);
    const { promptTokens, cachedTokens, computedPrefillTokens } = engine.stats();
    expect(cachedTokens + computedPrefillTokens).toBe(promptTokens);
    expect(cachedTokens).toBe(promptTokens / 2 - 1);
    await engine.close();
  });

  it('leaves a request alone that chooses its slot, forbids the cache or wants several answers', async () => {
    const { server, engine } = await opened();
    for (const own of [{ id_slot: 1 }, { cache_prompt: false }, { n: 2 }]) {
      const body = chat('a', ['hello'], own);
      await send(engine, body);
      expect(server.of('/v1/chat/completions').at(-1)?.body).toEqual(body);
    }
    await engine.close();
  });

  it('passes what is no chat completion, and what the server refuses, as it is', async () => {
    const { server, engine } = await opened();
    const other = await engine.transport.fetch(`${baseURL}/embeddings`);
    expect(other.status).toBe(404);
    const tooLong = await send(engine, chat('a', [Array(2_000).fill('word').join(' ')]));
    expect(tooLong.status).toBe(400);
    expect(await tooLong.json()).toMatchObject({ error: { message: /exceeds/ } });
    expect(server.of('/v1/chat/completions').at(-1)?.body).not.toHaveProperty('id_slot');
    await engine.close();
  });

  it('never lets one tenant find what another has left', async () => {
    const { server, engine } = await opened(new FakeLlamaServer({ slots: 1 }));
    const body = chat('a', [long('same')]);
    await send(engine, body, { tenant: 'north' });
    const other = await send(engine, body, { tenant: 'south' });
    expect(await other.json()).toMatchObject({
      usage: { prompt_tokens_details: { cached_tokens: 0 } },
    });
    const same = await send(engine, body, { tenant: 'south' });
    expect(engine.usage(await same.json())?.cacheRead).toBeGreaterThan(100);
    // Prompts of tenants are not written to disk unless that was asked for.
    expect([...server.files.values()].filter((tokens) => tokens.length > 50)).toEqual([]);
    await engine.close();
  });

  it('leaves no prompt in the server’s folder', async () => {
    const { server, engine } = await opened();
    for (const session of ['one', 'two', 'three']) {
      await send(engine, chat(session, [long(session)]), { agent: session, session });
    }
    expect([...server.files.values()].some((tokens) => tokens.length > 50)).toBe(true);
    await engine.close();
    expect([...server.files.values()].every((tokens) => tokens.length === 0)).toBe(true);
  });

  it('computes a prompt ahead without sampling, in steps', async () => {
    const { server, host, engine } = await opened();
    const body = chat('warm', ['hello']);
    const [role] = draftCall(
      {
        workload: 'w',
        dispatch: 'd',
        call: 'c',
        attempt: 1,
        metadata: {},
        agent: 'warm',
        session: 's',
      },
      body,
      engine,
      undefined,
    ).prefixes;
    if (role === undefined) throw new TypeError('no role');
    host.prompts.set(role.id, { form: 'chat', body: chat('warm', []) });
    const ticket = ticketFor(prefetchOf(role));
    engine.submit(ticket);
    expect(await host.settled(ticket.id)).toMatchObject({ state: 'applied', mode: 'hard' });
    expect(server.of('/completion')[0]?.body).toMatchObject({ n_predict: 0, cache_prompt: true });
    await engine.close();
  });

  it('works without a folder for saved slots, says so, and keeps tenants apart all the same', async () => {
    const server = new FakeLlamaServer({ slots: 1 });
    server.savesSlots = false;
    const { engine } = await opened(server);
    expect(engine.info()).toMatchObject({ savesSlots: false, stateBytes: 0, acting: true });
    const body = chat('a', [long('same')]);
    await send(engine, body, { tenant: 'north' });
    const other = await send(engine, body, { tenant: 'south' });
    expect(engine.usage(await other.json())?.cacheRead).toBe(0);
    const same = await send(engine, body, { tenant: 'south' });
    expect(engine.usage(await same.json())?.cacheRead).toBeGreaterThan(100);
    await engine.close();
  });

  it('tells no hits that were computed for the same request', async () => {
    const { engine } = await opened();
    for (const more of [{}, { stream: true }]) {
      const agent = `first-of-${JSON.stringify(more)}`;
      const response = await send(engine, chat(agent, [long('question')], more), { agent });
      const hits = /"cached_tokens":(\d+)/.exec(await response.text())?.[1];
      // A beginning that all prompts of this template share is one.
      expect(Number(hits)).toBeLessThanOrEqual(1);
    }
    await engine.close();
  });

  it('believes the server when it holds less than recorded', async () => {
    const { server, engine } = await opened();
    const body = chat('a', [long('question')]);
    await send(engine, body);
    server.restart();
    await send(engine, body);
    expect(engine.info().missingTokens).toBe(1);
    await engine.close();
  });
});

describe('a server that goes away', () => {
  it('is left alone, gives the app what it would have got, and is managed again when it is back', async () => {
    const clock = new ManualClock();
    const { server, host, engine } = await opened(new FakeLlamaServer(), { clock });
    const body = chat('a', [long('question')]);
    const response = await send(engine, body);
    await response.text();
    const role = engine.identify(body, { endpoint: 'llama-server', model: 'm', namespace: '' })[0];
    if (role === undefined) throw new TypeError('no role');
    const prefix = {
      ...role,
      scope: { endpoint: 'llama-server', model: 'm', namespace: '' },
      agent: 'a',
    };
    expect(engine.residency.of(prefix).tokens).toBe(role.tokens);

    server.up = false;
    await expect(send(engine, body)).rejects.toThrow(new TypeError('fetch failed'));
    expect(engine.info().acting).toBe(false);
    expect(engine.residency.of(prefix).tokens).toBe(0);
    const ticket = ticketFor(prefetchOf(prefix));
    engine.submit(ticket);
    expect(await host.settled(ticket.id)).toMatchObject({ state: 'cancelled', computedTokens: 0 });

    // Still away: it is looked for again, later and later.
    clock.advanceBy(500);
    await vi.waitFor(() => expect(engine.info().acting).toBe(false));
    server.restart();
    await vi.waitFor(() => {
      clock.advanceBy(1_000);
      expect(engine.info().acting).toBe(true);
    });
    await send(engine, body);
    expect(server.of('/v1/chat/completions').at(-1)?.body).toHaveProperty('id_slot');
    expect(engine.residency.of(prefix).tokens).toBe(role.tokens);
    await engine.close();
  });

  it('passes requests untouched while it is away', async () => {
    const { server, engine } = await opened(new FakeLlamaServer(), { clock: new ManualClock() });
    server.up = false;
    await expect(send(engine, chat('a', ['x']))).rejects.toThrow('fetch failed');
    server.up = true;
    const body = chat('a', ['hello']);
    expect((await send(engine, body)).status).toBe(200);
    expect(server.seen.at(-1)?.body).toEqual(body);
    await engine.close();
  });

  it('is waited for when it is not up yet, and says where it was looked for and what to do', async () => {
    const server = new FakeLlamaServer();
    const clock = new ManualClock();
    server.up = false;
    const engine = llamaServer({ baseURL, fetch: server.fetch, clock });
    expect(await engine.open(new PassiveHost())).toMatchObject({ retention: 'ask' });
    expect(() => engine.info()).toThrow(
      expect.objectContaining({
        code: 'unreachable',
        engine: 'llama-server',
        value: 'http://127.0.0.1:8080/props',
        message: expect.stringMatching(/ECONNREFUSED.*Is the server running/),
      }),
    );
    await expect(send(engine, chat('a', ['x']))).rejects.toThrow(new TypeError('fetch failed'));
    server.up = true;
    await vi.waitFor(() => {
      clock.advanceBy(1_000);
      expect(engine.info().acting).toBe(true);
    });
    await engine.close();
  });

  it.each([
    ['another server', 404, 'not-found'],
    ['a server that wants another key', 401, 'unauthorised'],
  ])('does not take %s for it', async (_, status, code) => {
    const fetch = async (): Promise<Response> => Response.json({}, { status });
    const engine = llamaServer({ baseURL, fetch });
    await expect(engine.open(new PassiveHost())).rejects.toMatchObject({ code, status });
    await engine.close();
  });
});
