import { readFileSync } from 'node:fs';
import type { RequestBody } from '@entresol/runtime-core';
import { ManualClock } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anthropic, type AnthropicOptions } from '../../src/anthropic/index.ts';
import { prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { HostedBench, type CallOptions } from '../hosted/support/hosted-bench.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeAnthropic } from './support/fake-anthropic.ts';

const minute = 60_000;
const short = 5 * minute;
const long = 60 * minute;
const five = { type: 'ephemeral' };
const hour = { type: 'ephemeral', ttl: '1h' };

const system = (agent: string): string =>
  Array.from({ length: 1_000 }, (_, at) => `${agent}-${at}`).join(' ');
const said = (texts: readonly string[]): readonly RequestBody[] =>
  texts.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));
const ask = (agent: string, texts: readonly string[], more: RequestBody = {}): RequestBody => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 16,
  system: system(agent),
  messages: said(texts),
  ...more,
});

let clock: ManualClock;
let fake: FakeAnthropic;
let server: Loopback;
beforeEach(async () => {
  clock = new ManualClock();
  fake = new FakeAnthropic({ now: () => clock.now() });
  server = await serveOnLoopback(fake.answer);
});
afterEach(() => server.close());

const open = (options: Partial<AnthropicOptions> = {}): Promise<HostedBench> =>
  HostedBench.open(anthropic({ baseURL: server.origin, apiKey: 'own-key', clock, ...options }), {
    'x-api-key': 'own-key',
    'anthropic-version': '2023-06-01',
  });
const send = async (bench: HostedBench, body: RequestBody, options: CallOptions = {}) => {
  const response = await bench.send(body, { path: '/messages', ...options });
  const reply: unknown = await response.json();
  if (!response.ok) throw new TypeError(JSON.stringify(reply));
  return bench.engine.usage(reply);
};

/** Marks of the last request, in the order in which they are read. */
const marks = (): readonly unknown[] => {
  const { tools = [], system: head, messages } = JSON.parse(fake.received.at(-1)?.text ?? '{}');
  const contents = messages.map(({ content }: { content: unknown }) => content);
  const parts: readonly unknown[] = [tools, head, ...contents]
    .filter((part) => Array.isArray(part))
    .flat();
  return parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'cache_control' in part
      ? [part.cache_control]
      : [],
  );
};

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('anthropic', () => {
  it('sends what the app wrote while nobody acts', async () => {
    const bench = await open();
    const body = ask('a', ['hello']);
    await send(bench, body);
    expect(fake.bodies.at(-1)).toEqual(body);
  });

  it('marks tools, system and history with the lives that were chosen, and reads them the next time', async () => {
    const bench = await open();
    const tools = [
      { name: 'look', input_schema: { type: 'object' } },
      { name: 'find', input_schema: { type: 'object' } },
    ];
    const lives = [long, short] as const;
    const first = await send(bench, ask('a', ['hello'], { tools }), { lives });
    expect(marks()).toEqual([hour, hour, five]);
    expect(fake.bodies.at(-1)).toMatchObject({
      tools: [{ name: 'look' }, { name: 'find', cache_control: hour }],
      system: [{ type: 'text', text: system('a'), cache_control: hour }],
      messages: [{ content: [{ type: 'text', text: 'hello', cache_control: five }] }],
    });
    expect(first?.cacheRead).toBe(0);
    const second = await send(bench, ask('a', ['hello', 'hi', 'more'], { tools }), { lives });
    // What the first request wrote, and the end of its history besides.
    expect(marks()).toEqual([hour, hour, five, five]);
    expect(second?.cacheRead).toBe(first?.cacheWrite);
  });

  it('writes nothing that is not foreseen to come again, and still reads what is there', async () => {
    const bench = await open();
    await send(bench, ask('a', ['hello']), { lives: [short, short] });
    const last = await send(bench, ask('a', ['hello', 'hi', 'bye']), {
      lives: [undefined, undefined],
    });
    expect(marks()).toEqual([five]);
    expect(last?.cacheRead).toBeGreaterThan(1_024);
    expect(last?.cacheWrite).toBe(0);
    const other = await send(bench, ask('b', ['hello']), { lives: [undefined, undefined] });
    expect(marks()).toEqual([]);
    expect(other).toMatchObject({ cacheRead: 0, cacheWrite: 0 });
  });

  it('finds a history again that has grown by more than the twenty blocks that are looked back', async () => {
    const bench = await open();
    const texts = ['hello'];
    const first = await send(bench, ask('a', texts), { lives: [undefined, short] });
    for (let turn = 0; turn < 40; turn++) texts.push(`turn ${turn}`);
    const later = await send(bench, ask('a', texts), { lives: [undefined, short] });
    expect(later?.cacheRead).toBe(first?.cacheWrite);
  });

  it('never has a longer life behind a shorter one', async () => {
    const bench = await open();
    await send(bench, ask('a', ['hello']), { lives: [short, long] });
    expect(marks()).toEqual([hour, hour]);
    await send(bench, ask('a', ['hello', 'hi', 'more']), { lives: [long, short] });
    expect(marks()).toEqual([hour, hour, five]);
  });

  it("leaves the app's own breakpoints alone, and knows what they keep", async () => {
    const bench = await open();
    const own = ask('a', ['hello'], {
      system: [{ type: 'text', text: system('a'), cache_control: hour }],
    });
    const draft = bench.draft(own);
    await send(bench, own, { lives: [short, short] });
    expect(fake.bodies.at(-1)).toEqual(own);
    const [role, whole] = draft.prefixes;
    expect(role && bench.engine.residency.of(role).ttlMs).toBe(long);
    expect(whole && bench.engine.residency.of(whole).tokens).toBe(0);
    const automatic = ask('b', ['hello'], { cache_control: five });
    await send(bench, automatic, { lives: [short, short] });
    expect(fake.bodies.at(-1)).toEqual(automatic);
  });

  it('marks no thinking and no empty text', async () => {
    const bench = await open();
    const messages = [
      { role: 'user', content: 'hello' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'thinking', thinking: 'hm', signature: 's' },
          { type: 'text', text: '' },
        ],
      },
    ];
    await send(bench, ask('a', [], { messages }), { lives: [undefined, short] });
    expect(fake.bodies.at(-1)?.['messages']).toMatchObject([
      { content: 'hello' },
      { content: [{ text: 'I look.', cache_control: five }, { type: 'thinking' }, { text: '' }] },
    ]);
  });

  it('forgets what has outlived its life', async () => {
    const bench = await open();
    const body = ask('a', ['hello']);
    const [role] = bench.draft(body).prefixes;
    if (role === undefined) throw new TypeError('no role');
    await send(bench, body, { lives: [short, undefined] });
    expect(bench.engine.residency.of(role)).toMatchObject({ ttlMs: short, tier: 'hosted' });
    clock.advanceTo(clock.now() + short);
    expect(bench.engine.residency.of(role).tokens).toBe(0);
    const again = await send(bench, body, { lives: [undefined, undefined] });
    expect(again?.cacheRead).toBe(0);
  });

  it('reads the documented counts of a reply and of a stream', async () => {
    const engine = anthropic();
    expect(engine.usage(JSON.parse(fixture('message.anthropic-2023-06-01.json')))).toEqual({
      input: 100_298,
      cacheRead: 100_000,
      cacheWrite: 248,
      output: 503,
    });
    const bench = await open({
      fetch: async () =>
        new Response(fixture('stream.anthropic-2023-06-01.txt'), {
          headers: { 'content-type': 'text/event-stream' },
        }),
    });
    await (await bench.send(ask('a', ['hello'], { stream: true }), { path: '/messages' })).text();
    expect(bench.engine.bill()).toMatchObject({
      requests: 1,
      inputTokens: 3_325,
      cachedTokens: 2_200,
      writtenTokens: 1_100,
      outputTokens: 15,
    });
  });

  it('bills writes by their life', async () => {
    const bench = await open();
    const body = ask('a', ['hello']);
    await send(bench, body, { lives: [long, short] });
    await send(bench, body, { lives: [long, short] });
    const [wrote, read] = fake.usages;
    if (wrote === undefined || read === undefined) throw new TypeError('two replies');
    const made = wrote.cache_creation;
    // Dollars a million tokens of Claude Sonnet 4.5: 3 in, 3.75 and 6 for writes, 0.30 for reads, 15 out.
    const usd =
      wrote.input_tokens * 3 +
      made.ephemeral_5m_input_tokens * 3.75 +
      made.ephemeral_1h_input_tokens * 6 +
      read.input_tokens * 3 +
      read.cache_read_input_tokens * 0.3 +
      4 * 15;
    expect(made.ephemeral_1h_input_tokens).toBeGreaterThan(1_024);
    expect(bench.engine.bill().usd).toBeCloseTo(usd / 1e6, 9);
  });
});

describe('anthropic, requests of its own', () => {
  const head = { model: 'claude-sonnet-4-5', system: system('a'), messages: [] };

  it('write a head without a word of output, with its own key, and say what that has cost', async () => {
    const bench = await open();
    const body = ask('a', ['hello']);
    const role = bench.role(body, head);
    const ticket = ticketFor(prefetchOf(role));
    bench.engine.submit(ticket);
    const { state, usd, computedTokens } = await bench.host.settled(ticket.id);
    expect(state).toBe('applied');
    expect(computedTokens).toBeGreaterThan(1_024);
    expect(usd).toBeCloseTo(bench.engine.bill().background.usd, 12);
    expect(usd).toBeGreaterThan(0);
    expect(fake.bodies.at(-1)).toMatchObject({ max_tokens: 0, system: [{ cache_control: five }] });
    const next = await send(bench, body, { lives: [short, undefined] });
    expect(next?.cacheRead).toBeGreaterThan(1_024);
  });

  it('are none over a prompt that came with another key, nor without a key', async () => {
    const bench = await open();
    const body = ask('a', ['hello']);
    const role = bench.role(body, head);
    fake.apiKey = 'of-somebody';
    await send(bench, body, { headers: { 'x-api-key': 'of-somebody' } });
    const before = fake.received.length;
    const ticket = ticketFor(prefetchOf(role));
    bench.engine.submit(ticket);
    expect(await bench.host.settled(ticket.id)).toMatchObject({ state: 'refused' });
    const keyless = await open({ apiKey: undefined });
    const other = ticketFor(prefetchOf(keyless.role(body, head)));
    keyless.engine.submit(other);
    expect(await keyless.host.settled(other.id)).toMatchObject({ state: 'refused' });
    expect(fake.received.length).toBe(before);
  });
});
