import { EngineError } from '@entresol/runtime-core';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import {
  chatCompletion,
  ChunkWriter,
  errorReply,
  modelList,
  type ReplyTimings,
} from '../../../src/embedded/wire/chat-reply.ts';
import { encodeEvent, eventStreamType, streamEnd } from '../../../src/embedded/wire/sse.ts';

const head = { id: 'chatcmpl-1', model: 'random', created: 1_700_000_000 };

const timings: ReplyTimings = {
  cache_n: 90,
  prompt_n: 10,
  prompt_ms: 20,
  predicted_n: 3,
  predicted_ms: 30,
  queue_ms: 4,
  cached_from: { device: 60, disk: 30 },
};

const usage = {
  prompt_tokens: 100,
  completion_tokens: 3,
  total_tokens: 103,
  prompt_tokens_details: { cached_tokens: 90 },
};

const call = {
  id: 'c1',
  type: 'function' as const,
  function: { name: 'find', arguments: '{"a":1}' },
};

/** The real client of OpenAI, whose requests this function answers. */
const client = (answer: () => Response): OpenAI =>
  new OpenAI({
    apiKey: 'none',
    baseURL: 'http://localhost/v1',
    maxRetries: 0,
    fetch: async () => answer(),
  });

const request = { model: 'random', messages: [{ role: 'user' as const, content: 'Hi' }] };

describe('chatCompletion', () => {
  it('is what the OpenAI client expects, with exact usage', async () => {
    const reply = chatCompletion(head, {
      text: 'Hello',
      toolCalls: [],
      finishReason: 'stop',
      timings,
    });
    const received = await client(() => Response.json(reply)).chat.completions.create(request);
    expect(received.choices[0]?.message.content).toBe('Hello');
    expect(received.usage).toEqual(usage);
    expect(received).toMatchObject({ timings });
  });

  it('has no content where the model only called tools', () => {
    const reply = chatCompletion(head, {
      text: '\n',
      toolCalls: [call],
      finishReason: 'tool_calls',
      timings,
    });
    expect(reply.choices[0].message).toMatchObject({ content: null, tool_calls: [call] });
    const plain = chatCompletion(head, {
      text: '',
      toolCalls: [],
      finishReason: 'length',
      timings,
    });
    expect(plain.choices[0].message).toEqual({ role: 'assistant', content: '', refusal: null });
  });
});

describe('ChunkWriter', () => {
  it('is put together by the OpenAI client, usage last', async () => {
    const received = await collected(
      await client(() => stream({ includeUsage: true })).chat.completions.create({
        ...request,
        stream: true,
      }),
    );
    const deltas = received.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas[0]).toEqual({ role: 'assistant', content: 'Hel' });
    expect(deltas[1]).toEqual({ content: 'lo\n' });
    expect(deltas[2]).toEqual({ tool_calls: [{ index: 0, ...call }] });
    expect(received[3]?.choices[0]?.finish_reason).toBe('tool_calls');
    expect(received[3]).toMatchObject({ timings });
    expect(received[4]).toMatchObject({ choices: [], usage, timings });
    expect(received.slice(0, 4).map((chunk) => chunk.usage)).toEqual([null, null, null, null]);
    expect(received).toHaveLength(5);
  });

  it('sends no usage where none was asked for, but still says how the call was served', async () => {
    const received = await collected(
      await client(() => stream({})).chat.completions.create({ ...request, stream: true }),
    );
    expect(received).toHaveLength(4);
    expect(received.every((chunk) => chunk.usage === undefined)).toBe(true);
    expect(received[3]).toMatchObject({ timings });
  });

  it('names the role also in an answer without any text', () => {
    const [last] = new ChunkWriter(head).end('stop', timings);
    expect(last?.choices[0]).toMatchObject({ delta: { role: 'assistant' }, finish_reason: 'stop' });
  });
});

describe('errorReply', () => {
  it('reaches the OpenAI client with its code and message', async () => {
    const error = new EngineError('No such thing as "n"', {
      code: 'unsupported-field',
      engine: 'embedded',
      status: 400,
    });
    const answer = (): Response => Response.json(errorReply(error), { status: error.status });
    await expect(client(answer).chat.completions.create(request)).rejects.toMatchObject({
      status: 400,
      code: 'unsupported-field',
      type: 'invalid_request_error',
      message: expect.stringContaining('No such thing as "n"'),
    });
  });
});

describe('modelList', () => {
  it('is what the OpenAI client expects', async () => {
    const models = await collected(
      await client(() => Response.json(modelList(['random'], head.created))).models.list(),
    );
    expect(models).toEqual([
      { id: 'random', object: 'model', created: head.created, owned_by: 'entresol' },
    ]);
  });
});

function stream(options: { readonly includeUsage?: boolean }): Response {
  const chunks = new ChunkWriter(head, options);
  const events = [
    chunks.content('Hel'),
    chunks.content('lo\n'),
    chunks.toolCall(call, 0),
    ...chunks.end('tool_calls', timings),
  ];
  return new Response(events.map(encodeEvent).join('') + streamEnd, {
    headers: { 'content-type': eventStreamType },
  });
}

async function collected<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) {
    all.push(event);
  }
  return all;
}
