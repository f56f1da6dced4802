import { EngineError } from '@entresol/runtime-core';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { embedded } from '../../src/embedded/index.ts';
import {
  ask,
  openForTest,
  send,
  systemOf,
  userSays,
  type UnderTest,
} from './support/engine-under-test.ts';
import { PassiveHost } from './support/passive-host.ts';

const errorSchema = z.object({ error: z.object({ message: z.string(), code: z.string() }) });

let under: UnderTest;
let client: OpenAI;

/** Looks at every turn of the event loop, on which the engine's own steps depend: no state passes unseen. */
const often = { interval: 0, timeout: 30_000 };

/** Replies too long to end while a test looks at who waits; the promise it returns lets go of them. */
async function occupySlots(slots: number): Promise<() => Promise<void>> {
  const replies = await Promise.all(
    Array.from({ length: slots }, (_, slot) =>
      send(under.engine, [userSays(`Busy ${slot}`)], { maxTokens: 400, stream: true }),
    ),
  );
  return async () => {
    await Promise.all(replies.map(async (reply) => reply.body?.cancel()));
    await expect.poll(() => under.engine.load().waiting, often).toBe(0);
  };
}

beforeAll(async () => {
  under = await openForTest();
  const { baseURL, apiKey, fetch } = under.engine.transport;
  client = new OpenAI({ baseURL, apiKey, fetch, maxRetries: 0 });
}, 60_000);

afterAll(async () => {
  await under[Symbol.asyncDispose]();
});

describe('a chat over the openai client', () => {
  it('takes the whole first turn from its slot in the second turn', async () => {
    const messages = [systemOf('clerk'), userSays('Where is order 7?')];
    const first = await client.chat.completions.create({ model: 'm', messages, max_tokens: 6 });
    const text = first.choices[0]?.message.content ?? '';
    const second = await client.chat.completions.create({
      model: 'm',
      messages: [...messages, { role: 'assistant', content: text }, userSays('And order 8?')],
      max_tokens: 6,
    });
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    expect(first.usage?.completion_tokens).toBe(6);
    // The prompt of the first turn ends with the opening of the reply, which the second turn has too.
    const firstPrompt = first.usage?.prompt_tokens ?? 0;
    expect(second.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThanOrEqual(firstPrompt);
  });

  it('streams the same text and the same counts', async () => {
    const messages = [systemOf('porter'), userSays('Which door?')];
    const whole = await client.chat.completions.create({ model: 'm', messages, max_tokens: 8 });
    const stream = await client.chat.completions.create({
      model: 'm',
      messages,
      max_tokens: 8,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    // Everything but the last token, which is evaluated to sample from.
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe((usage?.prompt_tokens ?? 0) - 1);
    expect(usage?.completion_tokens).toBe(8);
  });

  it('gives the runtime the counts of a streamed call whose app did not ask for them', async () => {
    const messages = [systemOf('porter'), userSays('Which gate?')];
    const as = { agent: 'porter', session: 's' };
    const response = await send(under.engine, messages, { as, stream: true });
    const lines = (await response.text()).split('\n').filter((line) => line.includes('"usage"'));
    // In the chunk that ends the reply, not in one without choices, which an app may not expect.
    expect(lines).toHaveLength(1);
    const last: unknown = JSON.parse((lines[0] ?? '').slice('data: '.length));
    expect(last).toMatchObject({ choices: [{ finish_reason: 'length' }] });
    expect(under.engine.usage(last)).toMatchObject({ output: 2 });
    expect(under.engine.usage({ error: {} })).toBeUndefined();
  });

  it('ends before a stop string and says so', async () => {
    const messages = [systemOf('porter'), userSays('Which door?')];
    const whole = await client.chat.completions.create({ model: 'm', messages, max_tokens: 8 });
    const text = whole.choices[0]?.message.content ?? '';
    const stop = text.slice(4, 7);
    const cut = await client.chat.completions.create({ model: 'm', messages, max_tokens: 8, stop });
    expect(cut.choices[0]?.message.content).toBe(text.slice(0, text.indexOf(stop)));
    expect(cut.choices[0]?.finish_reason).toBe('stop');
    expect(whole.choices[0]?.finish_reason).toBe('length');
  });

  it('lists its model', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual([under.engine.info().model]);
  });
});

describe('requests that cannot be served', () => {
  it('refuses a prompt longer than a slot and names both numbers', async () => {
    const response = await send(under.engine, [userSays('word '.repeat(1_200))]);
    const { error } = errorSchema.parse(await response.json());
    expect(response.status).toBe(400);
    expect(error.code).toBe('context-too-small');
    expect(error.message).toMatch(/prompt has \d{4} tokens and one slot holds 1024/);
  });

  it('answers malformed JSON, unknown paths and unsupported fields as HTTP errors', async () => {
    const { fetch, baseURL } = under.engine.transport;
    const url = `${baseURL}/chat/completions`;
    const post = (body: string): Promise<Response> => fetch(url, { method: 'POST', body });
    expect((await post('{')).status).toBe(400);
    expect((await post('{"messages":[{"role":"user","content":"x"}],"n":2}')).status).toBe(400);
    expect((await fetch(new URL(`${baseURL}/embeddings`), { method: 'POST' })).status).toBe(404);
    expect((await fetch(new Request(`${baseURL}/models`))).status).toBe(200);
  });

  it('rejects with the reason of a signal that was aborted before', async () => {
    const reason = new Error('changed my mind');
    await expect(
      send(under.engine, [userSays('x')], { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  it('is closed before it opens and after it closes', async () => {
    const engine = embedded();
    expect(() => engine.info()).toThrow(EngineError);
    const early = engine.transport.fetch(`${engine.transport.baseURL}/models`);
    await engine.close();
    await expect(early).rejects.toMatchObject({ code: 'closed' });
    await expect(engine.open(new PassiveHost())).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('many requests at once', () => {
  it('runs as many as there are slots and lets the rest wait in order', async () => {
    const leave = await occupySlots(2);
    const order: number[] = [];
    const all = [0, 1, 2].map(async (number) => {
      await ask(under.engine, [userSays(`Number ${number} of a queue`)], { maxTokens: 24 });
      order.push(number);
    });
    await expect
      .poll(() => under.engine.load(), often)
      .toEqual({ running: 2, waiting: 3, ageMs: 0 });
    await leave();
    await Promise.all(all);
    // Equal work, two at a time: a pair may swap, but nobody overtakes it.
    expect(new Set(order.slice(0, 2))).toEqual(new Set([0, 1]));
    expect(order[2]).toBe(2);
    expect(under.engine.load()).toEqual({ running: 0, waiting: 0, ageMs: 0 });
  });

  it('forgets a request that is aborted while it waits', async () => {
    const leave = await occupySlots(2);
    const controller = new AbortController();
    const waiting = send(under.engine, [userSays('Late')], { signal: controller.signal });
    await expect.poll(() => under.engine.load().waiting, often).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    expect(under.engine.load()).toMatchObject({ running: 2, waiting: 0 });
    await leave();
  });

  it('gives the slot back when the reader of a stream leaves', async () => {
    const response = await send(under.engine, [systemOf('scribe'), userSays('Write')], {
      maxTokens: 400,
      stream: true,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => under.engine.load().running).toBe(0);
    const again = await ask(under.engine, [systemOf('scribe'), userSays('Write')]);
    expect(again.cached).toBe(again.prompt - 1);
  });
});
