import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheSage } from '@entresol/cachesage';
import { createRuntime } from '@entresol/runtime-core';
import type { RuntimeEvent } from '@entresol/runtime-core';
import { FakeDriver } from '@entresol/runtime-core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TraceArmConfig } from '../../src/arm/arm-messages.ts';
import { nothingLearned } from '../../src/arm/arm-target.ts';
import { createTraceWorkload } from '../../src/trace-load/trace-workload.ts';
import { smallTrace, traceLines } from './small-trace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-load-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Played {
  readonly prompts: readonly string[];
  readonly events: readonly RuntimeEvent[];
  readonly managedCalls: number;
  readonly sent: number;
}

/** Plays all of a trace of six sessions on a driver that answers at once. */
async function play(attached: boolean): Promise<Played> {
  const path = join(folder, 'small.jsonl');
  await writeFile(path, traceLines(smallTrace(6)));
  const config: TraceArmConfig = {
    arm: attached ? 'cachesage' : 'unmodified',
    graph: 'small',
    trace: { path, calls: 18, sessions: 1, tokenFactor: 0.1 },
    target: { kind: 'server', baseURL: '' },
    seed: 5,
    concurrency: 3,
    thinkScale: 0.1,
  };
  const events: RuntimeEvent[] = [];
  const driver = new FakeDriver();
  const runtime = createRuntime({
    engines: driver,
    policies: attached ? [cacheSage({ mode: 'on' })] : [],
    recorder: (record) => {
      if (record.kind === 'event') events.push(record.event);
    },
  });
  try {
    await runtime.ready;
    const { baseURL, apiKey, fetch } = runtime.client();
    const workload = await createTraceWorkload(
      config,
      {
        baseURL,
        apiKey,
        fetch,
        model: 'words',
        firstToken: 'event',
        ...(attached ? { host: runtime } : {}),
        promptTokens: (messages) => JSON.stringify(messages).split(' ').length,
        endSession: (session) => runtime.closeSession(session),
        engine: () => {
          throw new Error('nobody asks');
        },
        counters: () => undefined,
        learned: () => nothingLearned,
        close: () => Promise.resolve(),
      },
      { fetch, onProgress: () => undefined, wait: () => Promise.resolve() },
    );
    await workload.run(new AbortController().signal);
    return {
      prompts: driver.requests.map(({ body }) => JSON.stringify(body['messages'])),
      events,
      managedCalls: runtime.report().managedCalls,
      sent: workload.sent?.length ?? 0,
    };
  } finally {
    await runtime.close();
  }
}

test('every arm is asked the same, attached or not', async () => {
  const [plain, managed] = [await play(false), await play(true)];
  expect(plain.prompts).toHaveLength(18);
  expect(managed.prompts.toSorted()).toEqual(plain.prompts.toSorted());
  expect(plain).toMatchObject({ managedCalls: 0, sent: 18 });
  expect(managed).toMatchObject({ managedCalls: 18, sent: 18 });
});

test('the runtime hears what an adapter would tell it of one session', async () => {
  const { events } = await play(true);
  expect(events[0]).toMatchObject({
    type: 'topology-declare',
    workload: 'small',
    topology: { agents: ['writer', 'critic'] },
  });
  const own = events.filter((event) => 'session' in event && event.session === 's0');
  const told = own.map((event) => ('agent' in event ? `${event.type} ${event.agent}` : event.type));
  expect(told.filter((line) => !/^call-(send|first|end)/u.test(line))).toEqual([
    'session-start',
    'dispatch-start writer',
    'call-start writer',
    'dispatch-end',
    'dispatch-start critic',
    'call-start critic',
    'tool-start',
    'tool-end',
    'dispatch-end',
    'dispatch-start writer',
    'call-start writer',
    'dispatch-end',
    'session-close',
  ]);
  const calls = own.filter((event) => event.type === 'call-start');
  expect(calls.map(({ previous }) => previous)).toEqual([
    undefined,
    calls[0]?.call,
    calls[1]?.call,
  ]);
});

test('an engine that counts no tokens cannot play a trace', async () => {
  const path = join(folder, 'small.jsonl');
  await writeFile(path, traceLines(smallTrace(1)));
  const driver = new FakeDriver();
  const runtime = createRuntime({ engines: driver, policies: [] });
  const workload = createTraceWorkload(
    {
      arm: 'unmodified',
      graph: 'small',
      trace: { path, calls: 1, sessions: 1, tokenFactor: 1 },
      target: { kind: 'server', baseURL: '' },
      seed: 1,
      concurrency: 1,
      thinkScale: 0,
    },
    {
      ...runtime.client(),
      model: 'words',
      firstToken: 'event',
      endSession: () => undefined,
      engine: () => {
        throw new Error('nobody asks');
      },
      counters: () => undefined,
      learned: () => nothingLearned,
      close: () => Promise.resolve(),
    },
    { fetch: runtime.client().fetch, onProgress: () => undefined },
  );
  await expect(workload).rejects.toThrow(/played on the embedded one/);
  await runtime.close();
});
