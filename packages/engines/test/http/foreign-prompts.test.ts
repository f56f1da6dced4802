import type { CallPlan, EngineDriver, RequestBody } from '@entresol/runtime-core';
import { draftCall } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { foreignKey } from '../../src/http/foreign-prompts.ts';
import { llamaServer } from '../../src/llama-server/index.ts';
import { sglang } from '../../src/sglang/index.ts';
import { vllm } from '../../src/vllm/index.ts';
import { PassiveHost, prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { FakeLlamaServer } from '../llama-server/support/fake-llama-server.ts';
import { FakeSGLang } from '../sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../vllm/support/fake-vllm.ts';

type Fetch = typeof globalThis.fetch;
type Make = (apiKey: string | undefined, fetch: Fetch) => EngineDriver;

const baseURL = 'http://127.0.0.1:9/v1';
const engines: readonly (readonly [string, Make, () => Fetch])[] = [
  [
    'vLLM',
    (apiKey, fetch) => vllm({ baseURL, fetch, exclusive: true, ...(apiKey && { apiKey }) }),
    () => new FakeVLLM().fetch,
  ],
  [
    'SGLang',
    (apiKey, fetch) => sglang({ baseURL, fetch, exclusive: true, ...(apiKey && { apiKey }) }),
    () => new FakeSGLang().fetch,
  ],
  [
    'llama-server',
    (apiKey, fetch) => llamaServer({ baseURL, fetch, ...(apiKey && { apiKey }) }),
    () => new FakeLlamaServer().fetch,
  ],
];

const go: CallPlan = { verdict: 'go', annotate: {} };
const system = Array.from({ length: 80 }, (_, at) => `word-${at}`).join(' ');
const head = { model: 'tiny', messages: [{ role: 'system', content: system }] };
const body: RequestBody = {
  model: 'tiny',
  max_tokens: 2,
  messages: [...head.messages, { role: 'user', content: 'hello' }],
};

let calls = 0;

async function open(make: Make, double: Fetch, apiKey: string | undefined) {
  let asked = 0;
  const driver = make(apiKey, (input, init) => {
    asked += 1;
    return double(input, init);
  });
  const host = new PassiveHost();
  await driver.open(host);
  onTestFinished(() => driver.close());
  /** What comes of bringing the role of a call that went out with this key. */
  const broughtAfter = async (key: string) => {
    const identity = {
      workload: 'w',
      dispatch: 'd',
      call: `call-${(calls += 1)}`,
      attempt: 1,
      metadata: {},
      agent: 'a',
      session: 's',
    };
    const draft = draftCall(identity, body, driver, undefined);
    const response = await driver.transport.fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(driver.decorate(body, go, draft)),
    });
    await response.text();
    const [role] = draft.prefixes;
    if (role === undefined) throw new TypeError('no role');
    host.prompts.set(role.id, { form: 'chat', body: head });
    const before = asked;
    const ticket = ticketFor(prefetchOf(role));
    driver.submit(ticket);
    const { state, reason = '' } = await host.settled(ticket.id);
    return { state, reason, asked: asked - before };
  };
  return broughtAfter;
}

describe.each(engines)('%s', (_, make, double) => {
  it('sends nothing of its own over a prompt that came with another key than its own', async () => {
    const broughtAfter = await open(make, double(), 'own-key');
    expect(await broughtAfter('of-somebody')).toEqual({
      state: 'refused',
      reason: foreignKey,
      asked: 0,
    });
    // It is there: the call has brought it.
    expect(await broughtAfter('own-key')).toMatchObject({ state: 'skipped-resident' });
  });

  it('without a key takes all calls for its own', async () => {
    const broughtAfter = await open(make, double(), undefined);
    expect(await broughtAfter('whatever')).toMatchObject({ state: 'skipped-resident' });
  });
});
