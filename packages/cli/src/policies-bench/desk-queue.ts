import { createRuntime } from '@entresol/runtime-core';
import type { CallQueueOptions, Policy, RuntimeEvent } from '@entresol/runtime-core';
import { FakeDriver, ManualClock } from '@entresol/runtime-core/testing';
import { mean, quantile } from 'simple-statistics';
import { attachExample } from '../arm/attach-example.ts';
import { exampleLoads } from '../arm/example-workload.ts';
import type { LoadSizing } from '../demo/sizing.ts';
import type { QueueOutcome } from './queue-outcome.ts';

interface DeskSetting extends LoadSizing {
  readonly policies: readonly Policy[];
  readonly queue: CallQueueOptions;
  readonly seed: number;
}

/** Whole prompts that the engine holds, and what one token takes. */
const slots = 4;
const msPerToken = 0.4;
const stepMs = 20;
/** Turns of the event loop in which a graph has sent all it will send before the clock goes on. */
const turns = 12;

/** The support desk with a queue in front of an engine of four slots that computes one prompt after the other, in virtual time. */
export async function runQueuedDesk(
  { policies, queue, seed, sessions, concurrency, thinkScale }: DeskSetting,
  signal: AbortSignal,
): Promise<QueueOutcome> {
  const clock = new ManualClock();
  const driver = new FakeDriver({
    timed: true,
    slots,
    msPerToken,
    tokenUnit: 'words',
    shares: 'computed',
    prefill: 'in-turn',
  });
  const startedAtMs = new Map<string, number>();
  const ttftMs: number[] = [];
  const waitsMs: number[] = [];
  let promptTokens = 0;
  let cachedTokens = 0;
  const answered = (call: string, atMs: number): void => {
    const fromMs = startedAtMs.get(call);
    if (fromMs !== undefined) ttftMs.push(atMs - fromMs);
    startedAtMs.delete(call);
  };
  const listen = (event: RuntimeEvent): void => {
    if (event.type === 'call-start') startedAtMs.set(event.call, event.atMs);
    if (event.type === 'call-send') waitsMs.push(event.waitedMs);
    if (event.type === 'call-first-token') answered(event.call, event.atMs);
    if (event.type !== 'call-end') return;
    answered(event.call, event.atMs);
    promptTokens += event.usage?.input ?? 0;
    cachedTokens += event.usage?.cacheRead ?? 0;
  };
  const listener: Policy = { name: 'listener', interference: 'none', observe: listen };
  const runtime = createRuntime({
    engines: driver,
    clock,
    queue,
    policies: [listener, ...policies],
  });
  try {
    await runtime.ready;
    const { baseURL, apiKey, fetch } = runtime.client();
    const createLoad = await exampleLoads['support-desk']();
    const load = createLoad({
      client: { baseURL, apiKey, fetch, model: 'script' },
      seed,
      sessions,
      concurrency,
      thinkScale,
      director: 'script',
      wait: (ms) => new Promise((resolve) => void clock.at(clock.now() + ms, resolve)),
    });
    (await attachExample('support-desk'))(load.app, runtime);
    const over = new AbortController();
    const run = load
      .run({
        signal,
        onTurn: () => undefined,
        onSessionEnd: (session) => runtime.closeSession(session),
      })
      .finally(() => over.abort());
    while (!over.signal.aborted) {
      signal.throwIfAborted();
      for (let at = 0; at < turns; at++) await new Promise((resolve) => setImmediate(resolve));
      clock.advanceBy(stepMs);
    }
    const { failures } = await run;
    const [failure] = failures;
    if (failure !== undefined) throw new Error(`a session failed: ${JSON.stringify(failure)}`);
    return {
      netHitRate: cachedTokens / promptTokens,
      meanTtftMs: mean(ttftMs),
      p99WaitMs: quantile(waitsMs, 0.99),
    };
  } finally {
    await runtime.close();
  }
}
