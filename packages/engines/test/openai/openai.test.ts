import { readFileSync } from 'node:fs';
import type { RequestBody } from '@entresol/runtime-core';
import { ManualClock } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openai, type OpenAIOptions } from '../../src/openai/index.ts';
import { prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { HostedBench } from '../hosted/support/hosted-bench.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeOpenAI } from './support/fake-openai.ts';

const minute = 60_000;
const half = 30 * minute;

const system = (agent: string): string =>
  Array.from({ length: 1_000 }, (_, at) => `${agent}-${at}`).join(' ');
const chat = (agent: string, text: string, more: RequestBody = {}): RequestBody => ({
  model: 'gpt-5.6-sol',
  messages: [
    { role: 'system', content: system(agent) },
    { role: 'user', content: text },
  ],
  ...more,
});

let fake: FakeOpenAI;
let server: Loopback;
beforeEach(async () => {
  fake = new FakeOpenAI();
  server = await serveOnLoopback(fake.answer);
});
afterEach(() => server.close());

const open = (options: Partial<OpenAIOptions> = {}): Promise<HostedBench> =>
  HostedBench.open(openai({ baseURL: `${server.origin}/v1`, apiKey: 'own-key', ...options }), {
    authorization: 'Bearer own-key',
  });

/** The key that a call of the agent goes out with, from a driver of its own. */
const key = async (agent: string, session: string, tenant?: string): Promise<unknown> => {
  const bench = await open();
  const options = {
    agent,
    session,
    lives: [half, half],
    ...(tenant ? { tenant } : {}),
  } as const;
  await bench.send(chat(agent, session), options);
  return fake.bodies.at(-1)?.['prompt_cache_key'];
};

/** What is written of 24 hours, or the longest life on offer in minutes. */
const retention = async (model: string, extendedRetention: boolean): Promise<unknown> => {
  const bench = await open({ extendedRetention });
  const { money } = bench.engine.costOf?.({ endpoint: 'openai', model, namespace: '' }) ?? {};
  const longest = Math.max(...(money?.write.map(({ ttlMs }) => ttlMs) ?? [0]));
  await bench.send(chat('a', 'hello', { model }), { lives: [longest, longest] });
  return fake.bodies.at(-1)?.['prompt_cache_retention'] ?? longest / minute;
};

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));

describe('openai', () => {
  it('sends what the app wrote while nobody acts', async () => {
    const bench = await open();
    const body = chat('a', 'hello');
    await bench.send(body);
    expect(fake.bodies.at(-1)).toEqual(body);
  });

  it('gives the calls of a role one key, in every session and process, and other roles and tenants others', async () => {
    const one = await key('a', 's1');
    expect(one).toMatch(/^entresol-[0-9a-f]{23}$/);
    expect(await key('a', 's2')).toBe(one);
    expect(await key('b', 's1')).not.toBe(one);
    expect(await key('a', 's1', 'north')).not.toBe(one);
  });

  it('spreads a busy role over keys, and keeps each session on its own', async () => {
    const bench = await open({ clock: new ManualClock() });
    const keys = new Map<string, Set<unknown>>();
    for (let call = 0; call < 90; call++) {
      const session = `s${call % 30}`;
      await bench.send(chat('a', session), { session, lives: [half, half] });
      // While the role gets busier, sessions move; then they stay.
      if (call < 60) continue;
      const seen = keys.get(session) ?? new Set();
      keys.set(session, seen.add(fake.bodies.at(-1)?.['prompt_cache_key']));
    }
    const all = new Set([...keys.values()].flatMap((seen) => [...seen]));
    expect(all.size).toBeGreaterThanOrEqual(4);
    expect(all.size).toBeLessThanOrEqual(6);
  });

  it('leaves what the app says of caching to the app', async () => {
    const bench = await open();
    const own = { prompt_cache_key: 'mine', prompt_cache_options: { mode: 'implicit' } };
    await bench.send(chat('a', 'hello', own), { lives: [half, undefined] });
    expect(fake.bodies.at(-1)).toEqual(chat('a', 'hello', own));
  });

  it('writes the role where it comes again, and the session only where that does', async () => {
    const bench = await open();
    const ask = async (
      session: string,
      lives: readonly [number | undefined, number | undefined],
    ) => {
      const reply = await bench.send(chat('a', session), { session, lives });
      return bench.engine.usage(await reply.json());
    };
    const first = await ask('s1', [half, undefined]);
    expect(fake.bodies.at(-1)).toMatchObject({
      prompt_cache_options: { mode: 'explicit' },
      messages: [
        { content: [{ type: 'text', prompt_cache_breakpoint: { mode: 'explicit' } }] },
        { content: 's1' },
      ],
    });
    expect(first?.cacheRead).toBe(0);
    const second = await ask('s2', [half, half]);
    expect(fake.bodies.at(-1)).not.toHaveProperty('prompt_cache_options');
    expect(second?.cacheRead).toBe(first?.cacheWrite);
    const none = await ask('s3', [undefined, undefined]);
    expect(fake.bodies.at(-1)).toMatchObject({ prompt_cache_options: { mode: 'explicit' } });
    expect(none).toMatchObject({ cacheRead: 0, cacheWrite: 0 });
  });

  it('asks for 24 hours only where it may, and only of models that take it', async () => {
    expect(await retention('gpt-5.4', true)).toBe('24h');
    expect(await retention('gpt-5.4', false)).toBe(5);
    expect(await retention('gpt-5.4-mini', true)).toBe(5);
    expect(await retention('gpt-5.6-sol', true)).toBe(30);
  });

  it('reads the documented counts of chat completions and of responses', () => {
    const engine = openai();
    expect(engine.usage(fixture('chat.openai-2020-10-01.json'))).toEqual({
      input: 2006,
      cacheRead: 1920,
      cacheWrite: 0,
      output: 10,
      reasoning: 0,
    });
    expect(engine.usage(fixture('response.openai-2020-10-01.json'))).toEqual({
      input: 2006,
      cacheRead: 1024,
      cacheWrite: 900,
      output: 87,
      reasoning: 12,
    });
  });

  it('bills responses as well, and marks the instructions by their key alone', async () => {
    const bench = await open();
    const body = { model: 'gpt-5.4', instructions: system('a'), input: 'hello' };
    const options = { lives: [5 * minute, 5 * minute], path: '/responses' } as const;
    await (await bench.send(body, options)).json();
    await (await bench.send(body, options)).json();
    expect(fake.bodies.at(-1)?.['prompt_cache_key']).toMatch(/^entresol-/);
    const { requests, inputTokens, cachedTokens, usd, savedByCacheUsd } = bench.engine.bill();
    expect(requests).toBe(2);
    expect(cachedTokens).toBeGreaterThan(1_024);
    // 2.50 and 0.25 dollars a million, 15 for output.
    const plain = inputTokens - cachedTokens;
    expect(usd).toBeCloseTo((plain * 2.5 + cachedTokens * 0.25 + 4 * 15) / 1e6, 9);
    expect(savedByCacheUsd).toBeCloseTo((cachedTokens * 2.25) / 1e6, 9);
  });

  it('names models without a price instead of guessing one, and takes prices of the user', async () => {
    const body = chat('a', 'hello', { model: 'gpt-9-nova' });
    const bench = await open();
    await (await bench.send(body)).text();
    expect(bench.engine.bill()).toMatchObject({ usd: 0, unpricedModels: ['gpt-9-nova'] });
    const priced = await open({ prices: { 'gpt-9-nova': { input: 1, output: 2 } } });
    await (await priced.send(body)).text();
    expect(priced.engine.bill().usd).toBeGreaterThan(0);
    expect(priced.engine.bill().unpricedModels).toEqual([]);
  });
});

describe('openai, requests of its own', () => {
  const head = { model: 'gpt-5.6-sol', messages: [{ role: 'system', content: system('a') }] };

  it('sends none over a prompt that came with another key, nor without a key', async () => {
    const bench = await open();
    const body = chat('a', 'hello');
    const role = bench.role(body, head);
    fake.apiKey = 'of-somebody';
    await bench.send(body, { headers: { authorization: 'Bearer of-somebody' } });
    const before = fake.received.length;
    const ticket = ticketFor(prefetchOf(role));
    bench.engine.submit(ticket);
    const foreign = await bench.host.settled(ticket.id);
    expect(foreign).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/another key/),
    });
    const keyless = await open({ apiKey: undefined });
    const other = ticketFor(prefetchOf(keyless.role(body, head)));
    keyless.engine.submit(other);
    expect(await keyless.host.settled(other.id)).toMatchObject({ state: 'refused' });
    expect(fake.received.length).toBe(before);
  });

  it('says what a warm-up has cost', async () => {
    const bench = await open();
    const ticket = ticketFor(prefetchOf(bench.role(chat('a', 'hello'), head)));
    bench.engine.submit(ticket);
    const { state, usd } = await bench.host.settled(ticket.id);
    expect(state).toBe('applied');
    expect(usd).toBeCloseTo(bench.engine.bill().background.usd, 12);
    expect(usd).toBeGreaterThan(0);
    expect(fake.bodies.at(-1)).toMatchObject({ max_completion_tokens: 1 });
  });
});
