import { EngineError } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseChatRequest, parseJsonBody } from '../../../src/embedded/wire/chat-request.ts';

const hello = { role: 'user', content: 'Hello' };
const body = { model: 'random', messages: [hello] };

describe('parseChatRequest', () => {
  it('fills in what is left out', () => {
    expect(parseChatRequest(body)).toEqual({ ...body, stream: false, stop: [] });
  });

  it('takes every message form of an agent loop', () => {
    const messages = [
      { role: 'system', content: 'You help.' },
      { role: 'developer', content: [{ type: 'text', text: 'Briefly.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: 'ann' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }],
      },
      { role: 'tool', content: 'found', tool_call_id: 'c1' },
      { role: 'assistant', content: 'There.', refusal: null, tool_calls: [] },
    ];
    const parsed = parseChatRequest({ ...body, messages }).messages;
    expect(parsed.slice(0, 5)).toEqual(messages.slice(0, 5));
    expect(parsed[5]).toEqual({ role: 'assistant', content: 'There.' });
  });

  it('keeps the parameters that steer generation, null counting as left out', () => {
    const steering = {
      temperature: 0,
      top_p: 0.9,
      seed: 7,
      tool_choice: 'auto',
      entresol_call: 'call-3',
    };
    expect(parseChatRequest({ ...body, ...steering })).toMatchObject(steering);
    const nulls = {
      temperature: null,
      top_p: null,
      seed: null,
      stop: null,
      max_tokens: null,
      tools: null,
      stream: null,
    };
    expect(parseChatRequest({ ...body, ...nulls })).toEqual(parseChatRequest(body));
  });

  it('takes the newer token limit before the older, and one stop string as a list', () => {
    const parsed = parseChatRequest({
      ...body,
      max_tokens: 5,
      max_completion_tokens: 9,
      stop: 'END',
    });
    expect(parsed).toMatchObject({ max_tokens: 9, stop: ['END'] });
    expect(parsed).not.toHaveProperty('max_completion_tokens');
    expect(parseChatRequest({ ...body, max_tokens: 5 }).max_tokens).toBe(5);
  });

  it('ignores what changes nothing here', () => {
    const harmless = {
      user: 'u1',
      metadata: { a: '1' },
      store: false,
      parallel_tool_calls: true,
      logprobs: false,
      presence_penalty: 0,
      frequency_penalty: 0,
      prompt_cache_key: 'k',
      service_tier: 'auto',
      reasoning_effort: 'low',
      n: 1,
      response_format: { type: 'text' },
      logit_bias: {},
    };
    expect(parseChatRequest({ ...body, ...harmless })).toEqual(parseChatRequest(body));
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 5: 1 } }],
    ['presence_penalty', { presence_penalty: 0.5 }],
    ['response_format', { response_format: { type: 'json_schema', json_schema: {} } }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['modalities', { modalities: ['text', 'audio'] }],
    [
      'messages[1].content[0].type',
      {
        messages: [
          hello,
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] },
        ],
      },
    ],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: '' }] }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
  ])('refuses %s by name', (field, change) => {
    expect(errorOf({ ...body, ...change })).toMatchObject({
      code: 'unsupported-field',
      status: 400,
      message: expect.stringContaining(`"${field}"`),
    });
  });

  it.each([
    ['messages', { messages: [] }, '[]'],
    ['messages', { messages: undefined }, 'undefined'],
    ['messages[0].role', { messages: [{ role: 'boss', content: 'x' }] }, '"boss"'],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }, '5'],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }, 'undefined'],
    [
      'messages[0].tool_calls[0].function.arguments',
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: {} } }] },
        ],
      },
      '{}',
    ],
    ['temperature', { temperature: 3 }, '3'],
    ['max_tokens', { max_tokens: 0 }, '0'],
    ['stop', { stop: 5 }, '5'],
    ['tools[0].function.name', { tools: [{ type: 'function', function: { name: '' } }] }, '""'],
    ['stream', { stream: 'yes' }, '"yes"'],
  ])('names the malformed field %s and its value', (field, change, value) => {
    const error = errorOf({ ...body, ...change });
    expect(error).toMatchObject({ code: 'bad-request', status: 400 });
    expect(error?.message).toContain(`"${field}"`);
    expect(error?.message).toContain(`got ${value}`);
  });

  it.each([[undefined], [null], [[]], ['{}'], [5]])('refuses the body %j', (value) => {
    expect(errorOf(value)).toMatchObject({ code: 'bad-request', status: 400 });
  });

  it('answers any body with a request or an error for the client', () => {
    const field = fc.constantFrom(
      'messages',
      'model',
      'tools',
      'stop',
      'n',
      'stream',
      'logit_bias',
      'role',
      'content',
    );
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue({ maxDepth: 4 })), (fields) => {
        expect([undefined, 400]).toContain(errorOf(fields)?.status);
        expect([undefined, 400]).toContain(errorOf({ ...body, ...fields })?.status);
        expect([undefined, 400]).toContain(
          errorOf({ messages: [{ ...hello, ...fields }] })?.status,
        );
      }),
    );
  });
});

describe('parseJsonBody', () => {
  it('gives the value, or says that it is not JSON', () => {
    expect(parseJsonBody('{"a":1}')).toEqual({ a: 1 });
    expect(() => parseJsonBody('{"a":')).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        status: 400,
        message: expect.stringContaining('not JSON'),
      }),
    );
  });
});

/** The error that a body is refused with; any other exception fails the test. */
function errorOf(value: unknown): EngineError | undefined {
  try {
    parseChatRequest(value);
    return undefined;
  } catch (error) {
    if (error instanceof EngineError) {
      return error;
    }
    throw error;
  }
}
