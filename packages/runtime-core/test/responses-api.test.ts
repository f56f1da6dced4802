import { describe, expect, it, vi } from 'vitest';
import { FakeDriver } from '../src/testing/index.ts';
import { isResponsesBody, responsesUsage } from '../src/responses-api.ts';
import { chat, openSetting, type Setting, typesOf } from './support/setting.ts';

/** As the OpenAI API reference documents it. */
const usage = {
  input_tokens: 1_286,
  input_tokens_details: { cached_tokens: 1_152 },
  output_tokens: 74,
  output_tokens_details: { reasoning_tokens: 64 },
  total_tokens: 1_360,
};
const counted = { input: 1_286, cacheRead: 1_152, output: 74, reasoning: 64 };
const tool = { type: 'function', name: 'search', parameters: { type: 'object', properties: {} } };
const instructions = 'agent triage follows ten plain words of rule here';
const request = { model: 'm', user: 's', instructions, tools: [tool], input: 'Where is order 7?' };
const head = { id: 'resp_1', object: 'response', created_at: 1, instructions, tools: [tool] };

function replyOf(text: string): object {
  const content = [{ type: 'output_text', text, annotations: [] }];
  const message = { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content };
  return { ...head, status: 'completed', output: [message], usage };
}
function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
function eventsOf(text: string): readonly string[] {
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  return [
    event('response.created', { response: { ...head, status: 'in_progress', usage: null } }),
    event('response.content_part.added', { ...place, part: { type: 'output_text', text: '' } }),
    event('response.output_text.delta', { ...place, delta: text }),
    event('response.output_text.done', { ...place, text }),
    event('response.completed', { response: replyOf(text) }),
  ];
}

/** A server of the Responses API behind a driver that knows only chat completions. */
async function setting(answer: () => Response): Promise<Setting & { sent: () => unknown }> {
  const driver = new FakeDriver();
  const upstream = vi.spyOn(driver.transport, 'fetch').mockImplementation(async () => answer());
  const opened = await openSetting({ driver });
  return { ...opened, sent: () => upstream.mock.calls.at(-1) };
}
function streamOf(events: readonly string[]): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        for (const one of events) controller.enqueue(new TextEncoder().encode(one));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

describe('a request to the Responses API', () => {
  it('is a managed call with what the engine reported', async () => {
    const { ask, events, sent } = await setting(() => Response.json(replyOf('It is here.')));
    const response = await ask(request, {}, '/responses');
    expect(await response.json()).toStrictEqual(replyOf('It is here.'));
    expect(typesOf(events)).toStrictEqual(['call-start', 'call-send', 'call-end']);
    expect(events[0]).toMatchObject({ agent: 'triage', session: 's', prefixes: [] });
    expect(events[2]).toMatchObject({ usage: counted });
    const body = JSON.stringify({ ...request, entresol_call: 'call-1' });
    expect(sent()).toMatchObject([expect.stringMatching(/\/responses$/), { body }]);
  });

  it('tells the first token by the first delta, not by the echo of the request', async () => {
    const stream = eventsOf('It is here.');
    const { ask, events } = await setting(() => streamOf(stream));
    const response = await ask({ ...request, stream: true }, {}, '/responses');
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    expect(typesOf(events)).toStrictEqual(['call-start', 'call-send']);
    await reader?.read();
    expect(typesOf(events)).toStrictEqual(['call-start', 'call-send', 'call-first-token']);
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read());
    expect(events.at(-1)).toMatchObject({ type: 'call-end', usage: counted });
  });

  it('reads usage also when the last event is longer than the tail that is kept', async () => {
    const { ask, events } = await setting(() =>
      streamOf(eventsOf('a "usage": {1} '.repeat(4_000))),
    );
    const response = await ask({ ...request, stream: true }, {}, '/responses');
    await response.text();
    expect(events.at(-1)).toMatchObject({ type: 'call-end', usage: counted });
  });

  it('is done when the client leaves after the last event, and aborted before', async () => {
    const stream = eventsOf('It is here.');
    const { ask, events } = await setting(() => streamOf(stream));
    for (const reads of [stream.length, 3]) {
      const response = await ask({ ...request, stream: true }, {}, '/responses');
      const reader = response.body?.getReader();
      for (let read = 0; read < reads; read += 1) await reader?.read();
      await reader?.cancel();
    }
    const ends = events.filter(({ type }) => type === 'call-end' || type === 'call-fail');
    expect(ends).toMatchObject([{ type: 'call-end', usage: counted }, { code: 'aborted' }]);
  });

  it('fails when its stream says so', async () => {
    const failed = event('response.failed', {
      response: { ...head, status: 'failed', usage: null },
    });
    const { ask, events } = await setting(() => streamOf([failed]));
    const response = await ask({ ...request, stream: true }, {}, '/responses');
    expect(await response.text()).toBe(failed);
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'failed' });
  });

  it('gets the same 404 from an engine without that API', async () => {
    const bare = new FakeDriver();
    const url = `${bare.transport.baseURL}/responses`;
    const init = { method: 'POST', body: JSON.stringify(request) };
    const direct = await bare.transport.fetch(url, init);
    const { ask, events } = await openSetting();
    const managed = await ask(request, {}, '/responses');
    expect([managed.status, await managed.text()]).toStrictEqual([404, await direct.text()]);
    expect(events.at(-1)).toMatchObject({ type: 'call-fail', code: 'http-404' });
  });

  it('leaves what is remembered of chat prompts alone', async () => {
    const { ask, events } = await openSetting();
    await ask(chat('triage', 's', ['hello']));
    await ask(request, {}, '/responses');
    expect((await ask(chat('triage', 's', ['hello', 'yes', 'go on']))).status).toBe(200);
    expect(typesOf(events).filter((type) => type === 'call-start')).toHaveLength(3);
  });
});

describe('responsesUsage', () => {
  it('takes a figure that was not given as not known', () => {
    expect(responsesUsage({ usage: { input_tokens: 5, output_tokens: 2 } })).toStrictEqual({
      input: 5,
      output: 2,
    });
  });

  it.each([undefined, null, 'x', {}, { usage: null }, { usage: { prompt_tokens: 1 } }])(
    'finds none in %j',
    (reply) => expect(responsesUsage(reply)).toBeUndefined(),
  );
});

describe('isResponsesBody', () => {
  it('tells input from messages', () => {
    expect(isResponsesBody({ input: [] })).toBe(true);
    expect(isResponsesBody({ messages: [], input: 'x' })).toBe(false);
    expect(isResponsesBody({ prompt: 'x' })).toBe(false);
  });
});
