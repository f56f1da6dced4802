import { ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, test } from 'vitest';
import { createMeasuringFetch } from '../../src/arm/measuring-fetch.ts';
import type { RequestRecord } from '../../src/arm/request-record.ts';

const url = 'http://engine.test/v1/chat/completions';
const question = { messages: [{ role: 'user', content: 'Where is my order?' }] };
const usage = {
  prompt_tokens: 120,
  completion_tokens: 7,
  prompt_tokens_details: { cached_tokens: 90 },
};
const opening = { choices: [{ delta: { role: 'assistant', content: '' } }] };
const content = { choices: [{ delta: { content: 'It ' } }] };
const closing = { choices: [], usage, timings: { queue_ms: 3, prompt_ms: 11, prompt_n: 30 } };

const eventOf = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const done = 'data: [DONE]\n\n';

/** A measuring fetch over an engine whose reply the test sends piece by piece, 10 ms apart. */
function createBench(firstToken: 'content' | 'event' = 'content') {
  const clock = new ManualClock();
  const records: RequestRecord[] = [];
  let contentType = 'text/event-stream';
  let engine: ReadableStreamDefaultController<Uint8Array> | undefined;
  const measuring = createMeasuringFetch({
    clock,
    firstToken,
    onRecord: (record) => records.push(record),
    fetch: () =>
      Promise.resolve(
        new Response(new ReadableStream({ start: (controller) => void (engine = controller) }), {
          headers: { 'content-type': contentType },
        }),
      ),
  });
  return {
    records,
    measuring,
    async exchange(pieces: readonly string[], body: unknown = question): Promise<string> {
      const response = await measuring(url, { method: 'POST', body: JSON.stringify(body) });
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      let text = '';
      for (const piece of pieces) {
        clock.advanceBy(10);
        engine?.enqueue(new TextEncoder().encode(piece));
        const read = await reader?.read();
        text += decoder.decode(read?.value, { stream: true });
      }
      engine?.close();
      await reader?.read();
      return text;
    },
    asDocument() {
      contentType = 'application/json';
    },
  };
}

describe('a streamed reply', () => {
  test('passes unchanged and is timed to its first content', async () => {
    const bench = createBench();
    const pieces = [eventOf(opening), eventOf(content), eventOf(closing), done];
    expect(await bench.exchange(pieces)).toBe(pieces.join(''));
    expect(bench.records).toEqual([
      {
        promptHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
        reusableShare: 0,
        startedAtMs: 0,
        firstTokenAtMs: 20,
        endedAtMs: 40,
        usage: { promptTokens: 120, cachedTokens: 90, completionTokens: 7 },
        timings: { queueMs: 3, prefillMs: 11 },
      },
    ]);
  });

  test('of our own engine is timed to its first event: random weights may begin with half a character', async () => {
    const bench = createBench('event');
    await bench.exchange([eventOf(opening), eventOf(content), done]);
    expect(bench.records[0]).toMatchObject({ firstTokenAtMs: 10 });
  });

  test('may begin with a tool call', async () => {
    const bench = createBench();
    const call = { choices: [{ delta: { tool_calls: [{ index: 0, id: 'call-1' }] } }] };
    await bench.exchange([eventOf(opening), eventOf(call), done]);
    expect(bench.records[0]).toMatchObject({ firstTokenAtMs: 20 });
  });

  test('is read the same wherever its bytes are cut', async () => {
    const bench = createBench();
    const text = [opening, content, { choices: [{ delta: { content: 'é' } }] }, closing]
      .map(eventOf)
      .join('');
    const bytes = Buffer.from(`${text}${done}`, 'latin1').toString('latin1');
    await bench.exchange(bytes.match(/[\s\S]{1,7}/gu) ?? []);
    expect(bench.records[0]).toMatchObject({ usage: { promptTokens: 120, completionTokens: 7 } });
    expect(bench.records[0]).not.toHaveProperty('failure');
  });

  test('that breaks off is a failure, with what was seen', async () => {
    const bench = createBench();
    await bench.exchange([eventOf(opening), eventOf(content)]);
    expect(bench.records[0]).toMatchObject({
      firstTokenAtMs: 20,
      failure: 'the stream broke off',
    });
  });
});

test('a reply in one document is read for its usage', async () => {
  const bench = createBench();
  bench.asDocument();
  await bench.exchange([
    JSON.stringify({ choices: [{ message: { content: 'It left.' } }], usage }),
  ]);
  expect(bench.records[0]).toMatchObject({ usage: { promptTokens: 120, cachedTokens: 90 } });
});

test('a count that the server does not give stays unknown', async () => {
  const bench = createBench();
  const { prompt_tokens_details: _, ...silent } = usage;
  await bench.exchange([eventOf(content), eventOf({ choices: [], usage: silent }), done]);
  expect(bench.records[0]?.usage).toEqual({ promptTokens: 120, completionTokens: 7 });
  expect(bench.records[0]).not.toHaveProperty('timings');
});

/** Hashes of the prompts as one arm recorded them. */
async function hashesOf(bodies: readonly unknown[]): Promise<readonly string[]> {
  const bench = createBench();
  for (const body of bodies) await bench.exchange([eventOf(content), done], body);
  return bench.records.map((record) => record.promptHash);
}

test('llama.cpp counts in its timings where nobody asked for usage', async () => {
  const bench = createBench();
  const timings = { cache_n: 30, prompt_n: 12, predicted_n: 5, prompt_ms: 4 };
  await bench.exchange([eventOf(content), eventOf({ choices: [], timings }), done]);
  expect(bench.records[0]).toMatchObject({
    usage: { promptTokens: 42, cachedTokens: 30, completionTokens: 5 },
    timings: { prefillMs: 4 },
  });
});

describe('the hash of a prompt', () => {
  test('is of messages and tools alone, whatever the order of their members', async () => {
    const [first, second] = await hashesOf([
      { ...question, max_tokens: 8, tools: [] },
      { tools: [], messages: [{ content: 'Where is my order?', role: 'user' }], max_tokens: 9 },
    ]);
    expect(first).toBe(second);
  });

  test('differs with one character and with one tool', async () => {
    const all = await hashesOf([
      question,
      { messages: [{ role: 'user', content: 'Where is my order!' }] },
      { ...question, tools: [{ type: 'function' }] },
    ]);
    expect(new Set(all).size).toBe(3);
  });
});

test('a prompt that begins like an earlier one is known to an infinite cache', async () => {
  const bench = createBench();
  const longer = { messages: [...question.messages, { role: 'assistant', content: 'It left.' }] };
  await bench.exchange([eventOf(content), done]);
  await bench.exchange([eventOf(content), done], longer);
  expect(bench.records[1]?.reusableShare).toBeGreaterThan(0.4);
  expect(bench.records[1]?.reusableShare).toBeLessThan(1);
});

test('what is no chat completion is not measured', async () => {
  const bench = createBench();
  await bench.measuring('http://engine.test/v1/models');
  expect(bench.records).toEqual([]);
});

test.each([
  ['an error status', () => Promise.resolve(new Response('no', { status: 503 })), 'status 503'],
  ['no connection', () => Promise.reject(new Error('connection refused')), 'connection refused'],
])('%s is a failure', async (_, fetch, failure) => {
  const records: RequestRecord[] = [];
  const measuring = createMeasuringFetch({
    fetch,
    clock: new ManualClock(),
    firstToken: 'content',
    onRecord: (record) => records.push(record),
  });
  await measuring(url, { method: 'POST', body: JSON.stringify(question) }).catch(() => undefined);
  expect(records).toMatchObject([{ failure }]);
});
