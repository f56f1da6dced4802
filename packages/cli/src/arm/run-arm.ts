import { systemClock } from '@entresol/runtime-core';
import type { ArmConfig, ArmMessage, ArmResult, EngineCounters } from './arm-messages.ts';
import type { ArmTarget } from './arm-target.ts';
import type { ArmWorkload, ArmWorkloadOptions } from './arm-workload.ts';
import { createMeasuringFetch } from './measuring-fetch.ts';
import type { RequestRecord } from './request-record.ts';
import { openServerTarget } from './server-target.ts';
import { warmUp } from './warm-up.ts';

export interface RunArmOptions {
  readonly signal: AbortSignal;
  readonly tell: (message: ArmMessage) => void;
}

/**
 * Runs one arm from opening its engine to closing it. Rejects when the engine cannot be opened or one request failed: a
 * figure over some of the requests would be compared with one over all.
 */
export async function runArm(config: ArmConfig, options: RunArmOptions): Promise<ArmResult> {
  const target = await openTarget(config, options.signal);
  try {
    return await measure(config, target, options);
  } finally {
    await target.close();
  }
}

async function openTarget(config: ArmConfig, signal: AbortSignal): Promise<ArmTarget> {
  if (config.target.kind === 'server') return openServerTarget(config.target, signal);
  if (config.target.kind === 'managed-server') {
    const { openManagedTarget } = await import('./managed-target.ts');
    return openManagedTarget(config, config.target);
  }
  // Loaded only where it is used: llama.cpp is a native library.
  const { openEmbeddedTarget } = await import('./embedded-target.ts');
  return openEmbeddedTarget(config, config.target, signal);
}

async function measure(
  config: ArmConfig,
  target: ArmTarget,
  { signal, tell }: RunArmOptions,
): Promise<ArmResult> {
  tell({ type: 'ready', engine: target.engine() });
  await warmUp(target, signal);
  const before = target.counters();
  const requests: RequestRecord[] = [];
  const fetch = createMeasuringFetch({
    fetch: target.fetch,
    clock: systemClock,
    firstToken: target.firstToken,
    onRecord: (record) => requests.push(record),
  });
  const workload = await createWorkload(config, target, {
    fetch,
    onProgress: (progress) =>
      tell({ type: 'progress', ...progress, ...tokensSoFar(target.counters(), before) }),
  });
  const startedAtMs = systemClock.now();
  await workload.run(signal);
  const wallMs = systemClock.now() - startedAtMs;
  const failed = requests.find((request) => request.failure !== undefined);
  if (failed !== undefined) throw new Error(`a request failed: ${failed.failure}`);
  const engine = target.engine();
  const speed = target.speed?.();
  // Closing settles what still runs in the background, and what that cost belongs to this arm.
  await target.close();
  const counters = difference(target.counters(), before);
  return {
    engine,
    agents: workload.agents,
    requests,
    ...(workload.sent === undefined ? {} : { sent: workload.sent }),
    wallMs,
    ...(counters === undefined ? {} : { counters }),
    ...target.learned(),
    ...(speed === undefined ? {} : { speed }),
  };
}

/** Each kind of load brings what the other does without: the frameworks, or the replay lab. */
async function createWorkload(
  config: ArmConfig,
  target: ArmTarget,
  options: ArmWorkloadOptions,
): Promise<ArmWorkload> {
  if (config.trace === undefined) {
    const { createExampleWorkload } = await import('./example-workload.ts');
    return createExampleWorkload(config, target, options);
  }
  const { createTraceWorkload } = await import('../trace-load/trace-workload.ts');
  return createTraceWorkload(config, target, options);
}

function tokensSoFar(
  now: EngineCounters | undefined,
  before: EngineCounters | undefined,
): { readonly promptTokens: number; readonly cachedTokens?: number } {
  const since = difference(now, before);
  if (since === undefined) return { promptTokens: 0 };
  const { promptTokens, cachedTokens } = since;
  return { promptTokens, cachedTokens };
}

function difference(
  now: EngineCounters | undefined,
  before: EngineCounters | undefined,
): EngineCounters | undefined {
  if (now === undefined || before === undefined) return undefined;
  return {
    promptTokens: now.promptTokens - before.promptTokens,
    cachedTokens: now.cachedTokens - before.cachedTokens,
    cachedByTier: {
      device: now.cachedByTier.device - before.cachedByTier.device,
      disk: now.cachedByTier.disk - before.cachedByTier.disk,
    },
    computedPrefillTokens: now.computedPrefillTokens - before.computedPrefillTokens,
    backgroundTokens: now.backgroundTokens - before.backgroundTokens,
    ...(now.evictions === undefined || before.evictions === undefined
      ? {}
      : { evictions: now.evictions - before.evictions }),
  };
}
