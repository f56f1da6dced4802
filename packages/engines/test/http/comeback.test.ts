import type { CallPlan, EngineDriver, RequestBody } from '@entresol/runtime-core';
import { draftCall, ManualClock } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { llamaServer } from '../../src/llama-server/index.ts';
import { sglang } from '../../src/sglang/index.ts';
import { vllm } from '../../src/vllm/index.ts';
import { PassiveHost, prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { FakeLlamaServer } from '../llama-server/support/fake-llama-server.ts';
import { FakeSGLang } from '../sglang/support/fake-sglang.ts';
import { FakeVLLM } from '../vllm/support/fake-vllm.ts';

interface Double {
  up: boolean;
  readonly fetch: typeof globalThis.fetch;
}
type Driver = EngineDriver & { info(): { readonly acting: boolean } };

const baseURL = 'http://127.0.0.1:9/v1';
const shared = { baseURL, exclusive: true };
const engines: readonly (readonly [
  name: string,
  double: () => Double,
  make: (fetch: Double['fetch'], clock: ManualClock) => Driver,
])[] = [
  ['vLLM', () => new FakeVLLM(), (fetch, clock) => vllm({ ...shared, fetch, clock })],
  ['SGLang', () => new FakeSGLang(), (fetch, clock) => sglang({ ...shared, fetch, clock })],
  [
    'llama-server',
    () => new FakeLlamaServer(),
    (fetch, clock) => llamaServer({ baseURL, fetch, clock }),
  ],
];

const go: CallPlan = { verdict: 'go', annotate: {} };
const system = Array.from({ length: 80 }, (_, at) => `word-${at}`).join(' ');
const head = { model: 'tiny', messages: [{ role: 'system', content: system }] };
const body: RequestBody = {
  ...head,
  max_tokens: 2,
  messages: [...head.messages, { role: 'user', content: 'hello' }],
};

let calls = 0;

describe.each(engines)('%s goes away', (_, doubled, make) => {
  it('stops acting, goes on with calls, and acts again by itself when it is back', async () => {
    const double = doubled();
    const clock = new ManualClock();
    const host = new PassiveHost();
    let asked = 0;
    const driver = make((input, init) => {
      asked += 1;
      return double.fetch(input, init);
    }, clock);
    onTestFinished(() => driver.close());
    await driver.open(host);
    const draft = (agent: string) => {
      calls += 1;
      const call = `call-${calls}`;
      const identity = { workload: 'w', dispatch: 'd', call, attempt: 1, metadata: {} };
      return draftCall({ ...identity, agent, session: 's' }, body, driver, undefined);
    };
    const send = (): Promise<Response> =>
      driver.transport.fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(driver.decorate(body, go, draft('a'))),
      });
    const [role] = draft('a').prefixes;
    if (role === undefined) throw new TypeError('no role');
    host.prompts.set(role.id, { form: 'chat', body: head });
    const bring = () => {
      const ticket = ticketFor(prefetchOf(role));
      driver.submit(ticket);
      return host.settled(ticket.id);
    };
    await (await send()).text();

    double.up = false;
    await expect(send()).rejects.toThrow(TypeError);
    expect(driver.info().acting).toBe(false);
    expect(driver.residency.of(role).tokens).toBe(0);
    const before = asked;
    expect(await bring()).toMatchObject({ state: 'cancelled', computedTokens: 0 });
    expect(asked).toBe(before);

    double.up = true;
    // Not looked for yet: calls go out all the same.
    expect((await send()).status).toBe(200);
    await vi.waitFor(() => {
      clock.advanceBy(1_000);
      expect(driver.info().acting).toBe(true);
    });
    expect(['applied', 'skipped-resident']).toContain((await bring()).state);
    await (await send()).text();
    expect(driver.residency.of(role).tokens).toBeGreaterThan(0);
  });
});
