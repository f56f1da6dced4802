import type { RequestBody } from '@entresol/runtime-core';
import { ManualClock } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prefetchOf, ticketFor } from '../embedded/support/passive-host.ts';
import { HostedBench } from './support/hosted-bench.ts';
import { json, serveOnLoopback, type Loopback, type Sent } from './support/loopback.ts';
import { subjects } from './support/subjects.ts';

const system = Array.from({ length: 1_000 }, (_, at) => `rule-${at}`).join(' ');
interface Role extends RequestBody {
  readonly messages: readonly object[];
}
const told: Readonly<Record<'openai' | 'anthropic', Role>> = {
  openai: { messages: [{ role: 'system', content: system }] },
  anthropic: { system, messages: [] },
};

const faults: readonly (readonly [what: string, fault: Sent])[] = [
  ['fails', json(500, {})],
  ['is overloaded', json(429, {})],
  ['breaks off', { status: 200, chunks: [], end: 'cut' }],
];

describe.each(['openai', 'anthropic'] as const)('%s, a provider that fails', (name) => {
  const { path, headers, body, make, double } = subjects[name];
  let provider: ReturnType<typeof double> & { readonly received: readonly unknown[] };
  let server: Loopback;
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock();
    provider = { received: [], ...double() };
    server = await serveOnLoopback(provider.answer);
  });
  afterEach(() => server.close());

  const open = async () => {
    const engine = make({ baseURL: `${server.origin}/v1`, apiKey: 'own-key', clock });
    const bench = await HostedBench.open(engine, headers);
    const { messages, ...rest } = told[name];
    const question = { role: 'user', content: 'hello' };
    const prompt = { ...body, ...rest, messages: [...messages, question] };
    const send = async (): Promise<string> => {
      try {
        const response = await bench.send(prompt, { path });
        await response.text();
        return String(response.status);
      } catch {
        return 'nothing';
      }
    };
    const role = bench.role(prompt, { model: body['model'], ...told[name] });
    const warm = async () => {
      const ticket = ticketFor(prefetchOf(role));
      engine.submit(ticket);
      return bench.host.settled(ticket.id);
    };
    return { engine, send, warm };
  };

  it.each(faults)(
    'when it %s it is left alone, calls go on, and it is asked again when it has answered one',
    async (_what, fault) => {
      const { engine, send, warm } = await open();
      provider.faults.push(fault);
      await send();
      expect(engine.acting).toBe(false);
      const before = provider.received.length;
      expect(await warm()).toMatchObject({ state: 'cancelled', computedTokens: 0 });
      expect(provider.received.length).toBe(before);
      expect(await send()).toBe('200');
      expect(engine.acting).toBe(true);
      expect(engine.bill().requests).toBe(1);
    },
  );

  it('is asked again after a pause, longer each time, and not before the time that it asked for', async () => {
    const { engine, warm } = await open();
    for (const pauseMs of [1_000, 2_000, 4_000]) {
      provider.faults.push(json(503, {}));
      expect(await warm()).toMatchObject({ state: 'failed' });
      clock.advanceBy(pauseMs - 1);
      expect(engine.acting).toBe(false);
      clock.advanceBy(1);
      expect(engine.acting).toBe(true);
    }
    provider.faults.push(json(429, {}, { 'retry-after': '60' }));
    expect(await warm()).toMatchObject({ state: 'failed' });
    clock.advanceBy(59_999);
    expect(engine.acting).toBe(false);
    clock.advanceBy(1);
    expect(await warm()).toMatchObject({ state: 'applied' });
  });

  it('is not left alone for a prompt that it does not accept', async () => {
    const { engine, warm } = await open();
    provider.faults.push(json(400, {}));
    expect(await warm()).toMatchObject({ state: 'failed' });
    expect(engine.acting).toBe(true);
  });
});
