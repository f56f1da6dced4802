import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelApi } from '../src/responses-api.ts';
import { lastUsagePayload, observeStream, type StreamEnd } from '../src/stream-observer.ts';

const event = (payload: object): string => `data: ${JSON.stringify(payload)}\n\n`;
const delta = (content: object): string => event({ choices: [{ index: 0, delta: content }] });
const usage = { prompt_tokens: 12, completion_tokens: 3 };
const reply = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Grüße' }),
  delta({ content: ' ☂️ "usage"' }),
  event({ choices: [], usage }),
  'data: [DONE]\n\n',
].join('');
const bytes = new TextEncoder().encode(reply);

/** A body that gives these chunks and then ends, or errors. */
function bodyOf(
  chunks: readonly Uint8Array[],
  error?: Error,
): { body: ReadableStream<Uint8Array>; cancelled: () => unknown } {
  let at = 0;
  let reason: unknown;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[at++];
        if (chunk !== undefined) controller.enqueue(chunk);
        else if (error === undefined) controller.close();
        else controller.error(error);
      },
      cancel(why) {
        reason = why;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, cancelled: () => reason };
}

interface Observed {
  readonly stream: ReadableStream<Uint8Array>;
  readonly ends: StreamEnd[];
  readonly firstTokens: () => number;
}

function observe(body: ReadableStream<Uint8Array>, api: ModelApi = '/chat/completions'): Observed {
  const ends: StreamEnd[] = [];
  let firstTokens = 0;
  const stream = observeStream(body, api, {
    firstToken: () => (firstTokens += 1),
    end: (end) => ends.push(end),
  });
  return { stream, ends, firstTokens: () => firstTokens };
}

async function through(chunks: readonly Uint8Array[]): Promise<unknown> {
  const { stream, ends, firstTokens } = observe(bodyOf(chunks).body);
  const text = await new Response(stream).text();
  const payload = ends.map((end) => (end.how === 'done' ? lastUsagePayload(end.tail) : end));
  return { text, ends: payload, firstTokens: firstTokens() };
}

const whole = { text: reply, ends: [{ choices: [], usage }], firstTokens: 1 };

describe('observeStream', () => {
  it('gives the same result when the body is split in two at any byte', async () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(await through([bytes.subarray(0, at), bytes.subarray(at)])).toStrictEqual(whole);
    }
  });

  it('gives the same result when every byte comes alone', async () => {
    expect(await through([...bytes].map((byte) => Uint8Array.of(byte)))).toStrictEqual(whole);
  });

  it('gives the same result however the body is cut', async () => {
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (positions) => {
        const sorted = [0, ...positions.toSorted((a, b) => a - b), bytes.length];
        const chunks = sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
        expect(await through(chunks)).toStrictEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('says the first token when it is there, also when it is a tool call', async () => {
    const call = { tool_calls: [{ index: 0, function: { name: 'look', arguments: '' } }] };
    const chunks = [delta({ role: 'assistant', content: '' }), delta(call)];
    const encoded = chunks.map((chunk) => new TextEncoder().encode(chunk));
    const { stream, firstTokens } = observe(bodyOf(encoded).body);
    const reader = stream.getReader();
    await reader.read();
    expect(firstTokens()).toBe(0);
    await reader.read();
    expect(firstTokens()).toBe(1);
  });

  it('says no first token of a stream without one', async () => {
    const silent = new TextEncoder().encode(`${delta({ content: '' })}data: [DONE]\n\n`);
    expect(await through([silent])).toMatchObject({ firstTokens: 0 });
  });

  it('is done when the client cancels after [DONE]', async () => {
    const { body, cancelled } = bodyOf([bytes, bytes]);
    const { stream, ends } = observe(body);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('read enough');
    expect(ends).toMatchObject([{ how: 'done' }]);
    expect(cancelled()).toBe('read enough');
  });

  it('is aborted when the client cancels before, though the reply speaks of [DONE]', async () => {
    const early = new TextEncoder().encode(delta({ content: 'I say data: [DONE] like this\n' }));
    const { body, cancelled } = bodyOf([early, bytes]);
    const { stream, ends } = observe(body);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('never mind');
    expect(ends).toStrictEqual([{ how: 'aborted' }]);
    expect(cancelled()).toBe('never mind');
  });

  it('fails when the body fails, and hands the error on', async () => {
    const error = new TypeError('the connection broke');
    const { stream, ends } = observe(bodyOf([bytes.subarray(0, 60)], error).body);
    await expect(new Response(stream).text()).rejects.toBe(error);
    expect(ends).toStrictEqual([{ how: 'failed', error }]);
  });

  it('finds the usage at the end of a stream far longer than what it keeps', async () => {
    const filler = new TextEncoder().encode(delta({ content: 'x'.repeat(1_000) }));
    const chunks = [...Array.from({ length: 200 }, () => filler), bytes];
    const { stream, ends } = observe(bodyOf(chunks).body);
    await new Response(stream).arrayBuffer();
    const [end] = ends;
    expect(end).toMatchObject({ how: 'done' });
    const tail = end?.how === 'done' ? end.tail : '';
    expect(tail.length).toBeLessThan(20_000);
    expect(lastUsagePayload(tail)).toMatchObject({ usage });
  });
});

describe('lastUsagePayload', () => {
  it('takes the last chunk that carries a usage, passing over empty and broken ones', () => {
    const text = [
      event({ usage: { prompt_tokens: 1 } }),
      event({ usage }),
      event({ usage: null }),
      'data: {"usage": broken\n\n',
    ].join('');
    expect(lastUsagePayload(text)).toStrictEqual({ usage });
  });

  it('reads lines that end as in HTTP', () => {
    expect(lastUsagePayload(`data: {"usage":{"a":1}}\r\n\r\ndata: [DONE]\r\n`)).toStrictEqual({
      usage: { a: 1 },
    });
  });

  it('gives nothing where there is none', () => {
    expect(lastUsagePayload(delta({ content: 'the "usage" of words' }))).toBeUndefined();
  });
});

const told = (type: string, more: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

describe('a Messages stream', () => {
  const start = told('message_start', {
    message: { type: 'message', model: 'm', usage: { input_tokens: 9, output_tokens: 1 } },
  });
  const token = told('content_block_delta', {
    delta: { type: 'text_delta', text: 'Grüße "usage"' },
  });
  const last = told('message_delta', { usage: { input_tokens: null, output_tokens: 7 } });
  const stop = told('message_stop', {});
  const counted = { type: 'message', model: 'm', usage: { input_tokens: 9, output_tokens: 7 } };

  it('counts with its first and its last event, wherever it is cut and however long it is', async () => {
    const long = new TextEncoder().encode([start, ...Array(400).fill(token), last, stop].join(''));
    const short = new TextEncoder().encode([start, token, last, stop].join(''));
    for (const sent of [short, long]) {
      for (const size of [1, 7, 64, sent.length]) {
        const chunks = [];
        for (let at = 0; at < sent.length; at += size) chunks.push(sent.slice(at, at + size));
        const { stream, ends, firstTokens } = observe(bodyOf(chunks).body, '/messages');
        expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(sent);
        const [end] = ends;
        expect(end?.how === 'done' && lastUsagePayload(end.tail)).toEqual(counted);
        expect(firstTokens()).toBe(1);
      }
    }
  });

  it('has failed where an event says so, and is done for a client that leaves after the last one', async () => {
    const error = told('error', { error: { type: 'overloaded_error' } });
    const failed = observe(bodyOf([new TextEncoder().encode(start + error)]).body, '/messages');
    await new Response(failed.stream).text();
    expect(failed.ends).toMatchObject([{ how: 'failed' }]);
    const left = observe(
      bodyOf([new TextEncoder().encode(start + token + last + stop)]).body,
      '/messages',
    );
    const reader = left.stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(left.ends).toMatchObject([{ how: 'done' }]);
  });
});
