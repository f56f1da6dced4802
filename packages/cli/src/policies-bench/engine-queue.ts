import { systemClock } from '@entresol/runtime-core';
import type { CallQueueOptions, Policy, RuntimeEvent } from '@entresol/runtime-core';
import { mean, quantile } from 'simple-statistics';
import type { ArmConfig, EmbeddedTarget } from '../arm/arm-messages.ts';
import type { ArmTarget } from '../arm/arm-target.ts';
import type { ArmWorkload, ArmWorkloadOptions } from '../arm/arm-workload.ts';
import { openEmbeddedTarget } from '../arm/embedded-target.ts';
import { createExampleWorkload } from '../arm/example-workload.ts';
import { createMeasuringFetch } from '../arm/measuring-fetch.ts';
import type { RequestRecord } from '../arm/request-record.ts';
import { warmUp } from '../arm/warm-up.ts';
import { createTraceWorkload } from '../trace-load/trace-workload.ts';
import type { QueueOutcome } from './queue-outcome.ts';

export type EngineConfig = ArmConfig & { readonly target: EmbeddedTarget };

interface EngineSetting {
  readonly config: EngineConfig;
  readonly policies: readonly Policy[];
  readonly queue: CallQueueOptions;
}

/** A load on llama.cpp in this process, with a queue in front of it, in real time. */
export async function runOnEngine(
  { config, policies, queue }: EngineSetting,
  signal: AbortSignal,
): Promise<QueueOutcome> {
  const waitsMs: number[] = [];
  const listener: Policy = {
    name: 'listener',
    mode: 'on',
    interference: 'none',
    observe: (event: RuntimeEvent) =>
      void (event.type === 'call-send' && waitsMs.push(event.waitedMs)),
  };
  const target = await openEmbeddedTarget(config, config.target, signal, {
    policies: [listener, ...policies],
    queue,
  });
  try {
    await warmUp(target, signal);
    const before = target.counters();
    const requests: RequestRecord[] = [];
    const fetch = createMeasuringFetch({
      fetch: target.fetch,
      clock: systemClock,
      firstToken: target.firstToken,
      onRecord: (record) => requests.push(record),
    });
    const workload = await openWorkload(config, target, { fetch, onProgress: () => undefined });
    await workload.run(signal);
    const after = target.counters();
    if (before === undefined || after === undefined) throw new TypeError('no counters');
    const failed = requests.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) throw new Error(`a request failed: ${failed.failure}`);
    const computed =
      after.computedPrefillTokens +
      after.backgroundTokens -
      before.computedPrefillTokens -
      before.backgroundTokens;
    const ttftMs = requests.flatMap(({ startedAtMs, firstTokenAtMs }) =>
      firstTokenAtMs === undefined ? [] : [firstTokenAtMs - startedAtMs],
    );
    return {
      netHitRate: 1 - computed / (after.promptTokens - before.promptTokens),
      meanTtftMs: mean(ttftMs),
      p99WaitMs: quantile(waitsMs, 0.99),
    };
  } finally {
    await target.close();
  }
}

function openWorkload(
  config: ArmConfig,
  target: ArmTarget,
  options: ArmWorkloadOptions,
): Promise<ArmWorkload> {
  return config.trace === undefined
    ? createExampleWorkload(config, target, options)
    : createTraceWorkload(config, target, options);
}
