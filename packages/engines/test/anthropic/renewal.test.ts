import { createRuntime, type Budget, type Policy, type Runtime } from '@entresol/runtime-core';
import { ManualClock, scriptedLink } from '@entresol/runtime-core/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { anthropic } from '../../src/anthropic/index.ts';
import { serveOnLoopback } from '../hosted/support/loopback.ts';
import { FakeAnthropic } from './support/fake-anthropic.ts';

const minute = 60_000;
const system = Array.from({ length: 1_000 }, (_, at) => `rule-${at}`).join(' ');

/** Half of what is written is used at once; nearly all of the rest after some eight minutes. */
const foreseeing = (now: () => number): Policy => ({
  name: 'foresees',
  mode: 'on',
  interference: 'endpoint',
  predict: {
    reuse: (_, withinMs) => {
      if (now() < minute) return withinMs >= 8 * minute ? 0.6 : 0.5;
      return now() + withinMs >= 8 * minute ? 0.9 : 0;
    },
  },
});

async function open(budget: Partial<Budget>): Promise<{
  readonly fake: FakeAnthropic;
  readonly clock: ManualClock;
  readonly runtime: Runtime;
  readonly ask: () => Promise<void>;
}> {
  const clock = new ManualClock();
  const fake = new FakeAnthropic({ now: () => clock.now() });
  const server = await serveOnLoopback(fake.answer);
  onTestFinished(() => server.close());
  const runtime = createRuntime({
    engines: anthropic({ baseURL: server.origin, apiKey: 'own-key' }),
    policies: [foreseeing(() => clock.now())],
    clock,
    budget,
  });
  onTestFinished(() => runtime.close());
  runtime.link(scriptedLink(() => ({ agent: 'a', session: 's' })));
  const { baseURL, apiKey, fetch } = runtime.client();
  const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  const messages = [{ role: 'user', content: 'hello' }];
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 16, system, messages });
  const ask = async (): Promise<void> => {
    await (await fetch(`${baseURL}/messages`, { method: 'POST', headers, body })).text();
  };
  return { fake, clock, runtime, ask };
}

describe('what lives in the cache of Anthropic', () => {
  it('is renewed where that is expected to pay, and found by a use after its first life', async () => {
    const { fake, clock, runtime, ask } = await open({ usdPerHour: 1 });
    await ask();
    const [wrote] = fake.usages;
    clock.advanceTo(4.6 * minute);
    const { admitted } = runtime.report().background;
    expect(admitted).toBeGreaterThan(0);
    const requests = () => runtime.report().endpoints['anthropic']?.bill?.background.requests;
    await vi.waitFor(() => expect(requests()).toBe(admitted));
    expect(fake.bodies[1]).toMatchObject({ max_tokens: 0, model: 'claude-sonnet-4-5' });
    expect(fake.usages[1]).toMatchObject({ cache_creation_input_tokens: 0, output_tokens: 0 });
    const { bill, modelled } = runtime.report().endpoints['anthropic'] ?? {};
    expect(bill?.background.usd).toBeGreaterThan(0);
    expect(modelled?.renewals).toBe(bill?.background.requests);
    expect(modelled?.savedByRenewalsUsd).toBeGreaterThan(0);
    clock.advanceTo(8 * minute);
    await ask();
    const last = fake.usages.at(-1);
    expect(last?.cache_read_input_tokens).toBeGreaterThanOrEqual(1_024);
    expect(wrote?.cache_read_input_tokens).toBe(0);
  });

  it('is let go without a budget in dollars', async () => {
    const { fake, clock, runtime, ask } = await open({});
    await ask();
    clock.advanceTo(8 * minute);
    await ask();
    expect(fake.usages.map((usage) => usage.cache_read_input_tokens)).toEqual([0, 0]);
    expect(runtime.report().endpoints['anthropic']).not.toHaveProperty('modelled');
  });
});
