import type { CallPlan, PrefixRef, RequestBody } from '@entresol/runtime-core';
import { draftCall, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it, vi } from 'vitest';
import { vllm, type VLLMEngine, type VLLMOptions } from '../../src/vllm/index.ts';
import { PassiveHost, prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { FakeVLLM } from './support/fake-vllm.ts';

const baseURL = 'http://127.0.0.1:8000/v1';
const go: CallPlan = { verdict: 'go', annotate: {} };

const head = (agent: string): object => ({
  role: 'system',
  content: Array.from({ length: 40 }, (_, at) => `${agent}-${at}`).join(' '),
});

const chat = (agent: string, text: string, more: RequestBody = {}): RequestBody => ({
  model: 'tiny',
  messages: [head(agent), { role: 'user', content: text }],
  ...more,
});

let calls = 0;

function draftOf(engine: VLLMEngine, body: RequestBody, agent: string, tenant?: string) {
  const identity = {
    workload: 'w',
    dispatch: 'd',
    call: `call-${(calls += 1)}`,
    attempt: 1,
    metadata: {},
    agent,
    session: 's',
  };
  return draftCall(identity, body, engine, tenant);
}

function send(engine: VLLMEngine, body: RequestBody, agent = 'a', tenant?: string) {
  const decorated = engine.decorate(body, go, draftOf(engine, body, agent, tenant));
  return engine.transport.fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(decorated),
  });
}

async function opened(server = new FakeVLLM(), options: Partial<VLLMOptions> = {}) {
  const host = new PassiveHost();
  const engine = vllm({ baseURL, fetch: server.fetch, exclusive: true, ...options });
  const capabilities = await engine.open(host);
  return { server, host, engine, capabilities };
}

/** The role prefix of an agent, with its text in the host. */
function roleOf(engine: VLLMEngine, host: PassiveHost, agent: string): PrefixRef {
  const [role] = draftOf(engine, chat(agent, 'x'), agent).prefixes;
  if (role === undefined) throw new TypeError('no role');
  host.prompts.set(role.id, { form: 'chat', body: { model: 'tiny', messages: [head(agent)] } });
  return role;
}

const retain = (prefix: PrefixRef, keep: number) =>
  ({ kind: 'retain', prefix, worth: { reuse: 1, gainMs: 1, keep }, untilMs: 0 }) as const;

describe('vllm', () => {
  it('reads version, cache and block size from the server', async () => {
    const { engine, capabilities } = await opened(
      new FakeVLLM({ blockTokens: 32, maxBlocks: 512 }),
    );
    expect(engine.info()).toEqual({
      version: '0.32.0',
      model: 'tiny',
      cacheTokens: 16_384,
      blockTokens: 32,
      cachesPrefixes: true,
      acting: true,
      reportsCachedTokens: true,
    });
    expect(capabilities).toMatchObject({ retention: 'touch', prefetch: 'one-token', drop: false });
    await engine.close();
  });

  it('adds nothing to a call but what the runtime needs, and hides that from the app', async () => {
    const { server, engine } = await opened();
    const body = chat('a', 'hello');
    await send(engine, body);
    expect(server.chats.at(-1)?.body).toEqual(body);
    const response = await send(engine, { ...body, stream: true });
    expect(server.chats.at(-1)?.body).toMatchObject({ stream_options: { include_usage: true } });
    const chunks = (await response.text())
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line): { choices: unknown[]; usage?: object } => JSON.parse(line.slice(6)));
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens_details: { cached_tokens: 44 } });
    await engine.close();
  });

  it('keeps tenants apart by salts that are no names, whatever the call asks for', async () => {
    const { server, engine } = await opened(undefined, { saltSecret: 'secret' });
    const body = chat('a', 'hello', { cache_salt: 'south', priority: -5 });
    await send(engine, body, 'a', 'north');
    const [first] = server.chats;
    expect(first?.body['cache_salt']).toMatch(/^[\w-]{43}$/);
    expect(first?.body).not.toHaveProperty('priority');
    const other = await send(engine, body, 'a', 'south');
    expect(engine.usage(await other.json())?.cacheRead).toBe(0);
    const same = await send(engine, body, 'a', 'north');
    expect(engine.usage(await same.json())?.cacheRead).toBe(44);
    // Alone, the app's own fields stand.
    await send(engine, body);
    expect(server.chats.at(-1)?.body).toEqual(body);
    await engine.close();
  });

  it('touches in ascending worth, before warm-ups, and never what is not resident', async () => {
    const { server, host, engine } = await opened(undefined, { priority: true });
    for (const agent of ['a', 'b', 'c']) await send(engine, chat(agent, 'hello'), agent);
    const before = server.chats.length;
    const tickets = [
      ticketFor(prefetchOf(roleOf(engine, host, 'd'))),
      ticketFor(retain(roleOf(engine, host, 'a'), 3)),
      ticketFor(retain(roleOf(engine, host, 'b'), 1)),
      ticketFor(retain(roleOf(engine, host, 'never'), 9)),
      ticketFor(retain(roleOf(engine, host, 'c'), 2)),
    ];
    // The first one runs at once; the others are put in order behind it.
    for (const ticket of tickets) engine.submit(ticket);
    const outcomes = await Promise.all(tickets.map(({ id }) => host.settled(id)));
    expect(outcomes.map(({ state, mode }) => [state, mode])).toEqual([
      ['applied', 'advisory'],
      ['applied', 'touch'],
      ['applied', 'touch'],
      ['refused', 'none'],
      ['applied', 'touch'],
    ]);
    const sent = server.chats.slice(before).map(({ body }) => JSON.stringify(body['messages']));
    expect(sent.map((text) => /"(\w)-0 /.exec(text)?.[1])).toEqual(['d', 'b', 'c', 'a']);
    expect(server.chats.at(-1)?.body).toMatchObject({
      max_tokens: 1,
      priority: 1_000_000,
      add_generation_prompt: false,
    });
    // Only what lies behind the last whole block was computed again, and that something does.
    expect(outcomes[1]?.computedTokens).toBeLessThanOrEqual(4 + 3);
    await engine.close();
  });

  it('takes what the engine does not find for gone, and everything older with it', async () => {
    const { server, host, engine } = await opened();
    const roles = ['a', 'b'].map((agent) => roleOf(engine, host, agent));
    for (const agent of ['a', 'b']) await send(engine, chat(agent, 'hello'), agent);
    expect(roles.map((role) => engine.residency.of(role).tokens > 0)).toEqual([true, true]);
    server.restart();
    await send(engine, chat('b', 'again'), 'b');
    expect(roles.map((role) => engine.residency.of(role).tokens > 0)).toEqual([false, true]);
    await engine.close();
  });

  it('says when the server does not tell what was cached', async () => {
    const server = new FakeVLLM();
    server.tellsCached = false;
    const { engine } = await opened(server);
    const response = await send(engine, chat('a', 'hello'));
    expect(engine.usage(await response.json())).not.toHaveProperty('cacheRead');
    expect(engine.info().reportsCachedTokens).toBe(false);
    await engine.close();
  });

  it('sees the requests of others on an engine that it shares', async () => {
    const server = new FakeVLLM();
    server.running = 3;
    server.waiting = 2;
    const clock = new ManualClock();
    const { engine } = await opened(server, { exclusive: false, clock });
    await vi.waitFor(() =>
      expect(engine.load()).toEqual({ running: 3, waiting: 2, ageMs: clock.now() }),
    );
    await engine.close();
  });

  it('stops acting when the server goes away, and begins again when it is back', async () => {
    const clock = new ManualClock();
    const { server, host, engine } = await opened(undefined, { clock });
    await send(engine, chat('a', 'hello'));
    const role = roleOf(engine, host, 'a');
    server.up = false;
    await expect(send(engine, chat('a', 'hello'))).rejects.toThrow(new TypeError('fetch failed'));
    expect(engine.info().acting).toBe(false);
    expect(engine.residency.of(role).tokens).toBe(0);
    const ticket = ticketFor(prefetchOf(role));
    engine.submit(ticket);
    expect(await host.settled(ticket.id)).toMatchObject({ state: 'cancelled' });
    server.restart();
    await vi.waitFor(() => {
      clock.advanceBy(1_000);
      expect(engine.info().acting).toBe(true);
    });
    await engine.close();
  });
});
