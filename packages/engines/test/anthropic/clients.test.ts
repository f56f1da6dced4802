import { createAnthropic } from '@ai-sdk/anthropic';
import { ChatAnthropic } from '@langchain/anthropic';
import {
  createRuntime,
  type Policy,
  type Runtime,
  type RuntimeEvent,
} from '@entresol/runtime-core';
import { scriptedLink } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anthropic } from '../../src/anthropic/index.ts';
import { serveOnLoopback, type Loopback } from '../hosted/support/loopback.ts';
import { FakeAnthropic } from './support/fake-anthropic.ts';

const model = 'claude-sonnet-4-5';
const system = Array.from({ length: 1_000 }, (_, at) => `rule-${at}`).join(' ');

/** Everything comes again within five minutes. */
const foreseeing: Policy = {
  name: 'foresees',
  mode: 'on',
  interference: 'endpoint',
  predict: { reuse: () => 1 },
};

let fake: FakeAnthropic;
let server: Loopback;
let runtime: Runtime;
let events: RuntimeEvent[];
beforeEach(async () => {
  fake = new FakeAnthropic();
  server = await serveOnLoopback(fake.answer);
  events = [];
  runtime = createRuntime({
    engines: anthropic({ baseURL: server.origin, apiKey: 'own-key' }),
    policies: [
      foreseeing,
      { name: 'hears', interference: 'none', observe: (event) => void events.push(event) },
    ],
  });
  runtime.link(scriptedLink(() => ({ agent: 'a', session: 's' })));
});
afterEach(async () => {
  await runtime.close();
  await server.close();
});

const usages = () => events.flatMap((event) => (event.type === 'call-end' ? [event.usage] : []));

/** Asks for a reply, in one piece or streamed, and gives its text. */
type Ask = (streams: boolean) => Promise<string>;

const throughLangChain: Ask = async (streams) => {
  const { fetch } = runtime.client();
  const clientOptions = { fetch, baseURL: server.origin };
  const chat = new ChatAnthropic({ model, apiKey: 'own-key', maxTokens: 16, clientOptions });
  const prompt: [string, string][] = [
    ['system', system],
    ['human', 'hello'],
  ];
  if (!streams) return (await chat.invoke(prompt)).text;
  let text = '';
  for await (const chunk of await chat.stream(prompt)) text += chunk.text;
  return text;
};

const throughAiSdk: Ask = async (streams) => {
  const { baseURL, apiKey, fetch } = runtime.client();
  const chat = createAnthropic({ baseURL, apiKey, fetch })(model);
  const prompt = [
    { role: 'system' as const, content: system },
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] },
  ];
  const options = { prompt, maxOutputTokens: 16 };
  if (!streams) {
    const { content } = await chat.doGenerate(options);
    return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  }
  let text = '';
  const { stream } = await chat.doStream(options);
  for await (const part of stream) if (part.type === 'text-delta') text += part.delta;
  return text;
};

const clients: readonly (readonly [name: string, ask: Ask])[] = [
  ['@langchain/anthropic', throughLangChain],
  ['@ai-sdk/anthropic', throughAiSdk],
];

describe.each(clients)('%s over the fetch of a runtime', (_, ask) => {
  it('gets its replies, writes the prompt the first time and reads it the second', async () => {
    expect(await ask(false)).toBe('Hi! My name is Claude.');
    expect(await ask(true)).toBe('Hello!');
    const [wrote, read] = usages();
    expect(wrote?.cacheWrite).toBeGreaterThan(1_024);
    expect(read).toMatchObject({ cacheRead: wrote?.cacheWrite, cacheWrite: 0, output: 2 });
    const { managedCalls, unmanagedCalls, endpoints } = runtime.report();
    expect([managedCalls, unmanagedCalls]).toEqual([2, 0]);
    expect(endpoints['anthropic']?.bill).toMatchObject({ requests: 2, unpricedModels: [] });
    expect(fake.bodies.map(({ system: sent }) => sent)).toMatchObject([
      [{ cache_control: { type: 'ephemeral' } }],
      [{ cache_control: { type: 'ephemeral' } }],
    ]);
  });

  it("shows the provider's own error", async () => {
    fake.apiKey = 'another';
    await expect(ask(false)).rejects.toThrow(/invalid x-api-key/);
  });
});
