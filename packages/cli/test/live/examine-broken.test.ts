import { describe, expect, it, onTestFinished } from 'vitest';
import { onLoopback } from '../../../engines/test/doctor/support/proxies.ts';
import { FakeLlamaServer } from '../../../engines/test/llama-server/support/fake-llama-server.ts';
import { FakeVLLM } from '../../../engines/test/vllm/support/fake-vllm.ts';
import { faultsOf } from '../../src/live/broken/engine-fault.ts';
import { examineBroken, isFound } from '../../src/live/broken/examine-broken.ts';
import { withFaultProxy } from '../../src/live/broken/fault-proxy.ts';
import { doctor } from '../doctor/run-command.ts';

const engines = {
  vllm: () => new FakeVLLM().fetch,
  'llama-server': () => new FakeLlamaServer({ contextTokens: 4_096 }).fetch,
};

async function served(engine: keyof typeof engines): Promise<string> {
  const { url, close } = await onLoopback(engines[engine]());
  onTestFinished(close);
  return url;
}

describe.each(['vllm', 'llama-server'] as const)('%s, broken on purpose', (engine) => {
  it('has each of its faults found, with what to do', async () => {
    const { signal } = new AbortController();
    const examinations = await examineBroken(engine, `${await served(engine)}/v1`, signal);
    expect(examinations.map(({ fault }) => fault)).toEqual(
      faultsOf(engine).map(({ name }) => name),
    );
    for (const one of examinations) expect([one, isFound(one)]).toEqual([one, true]);
  });

  it('makes the command end with 1 and say what to do', { timeout: 60_000 }, async () => {
    const url = await served(engine);
    await Promise.all(
      faultsOf(engine).map((fault) =>
        withFaultProxy(url, fault, async (proxy) => {
          const { code, out } = await doctor('--engine', proxy);
          expect(code).toBe(1);
          for (const check of fault.breaks) expect(out).toMatch(`BROKEN ${check}: `);
        }),
      ),
    );
  });
});

it('a fault counts as found where all that it breaks is found, each with a fix', () => {
  const fault = { fault: 'usage-off', breaks: ['cached-tokens', 'stream'] } as const;
  const found = { check: 'stream', fix: 'mend it' } as const;
  expect(isFound({ ...fault, found: [found] })).toBe(false);
  expect(isFound({ ...fault, found: [found, { check: 'cached-tokens', fix: null }] })).toBe(false);
  expect(isFound({ ...fault, found: [found, { check: 'cached-tokens', fix: 'x' }] })).toBe(true);
});
