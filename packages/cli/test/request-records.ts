import type { ArmResult } from '../src/arm/arm-messages.ts';
import type { RequestRecord } from '../src/arm/request-record.ts';
import type { ArmReport, WorkloadReport } from '../src/report/report-document.ts';

/** A complete record; what a test is about it says itself. */
export function record(given: Partial<RequestRecord> = {}): RequestRecord {
  return {
    promptHash: 'hash',
    reusableShare: 0,
    startedAtMs: 0,
    firstTokenAtMs: 100,
    endedAtMs: 200,
    usage: { promptTokens: 100, cachedTokens: 40, completionTokens: 10 },
    timings: { queueMs: 20, prefillMs: 60 },
    ...given,
  };
}

export function armResult(given: Partial<ArmResult> = {}): ArmResult {
  return {
    engine: {
      name: 'llama.cpp',
      version: 'b1',
      model: 'random-49m',
      weights: 'random',
      slots: 4,
      contextTokens: 4096,
      tierBytes: 50_331_648,
      device: 'cpu',
      reloadToRecompute: 0.1,
    },
    agents: 9,
    requests: [record()],
    wallMs: 2000,
    counters: {
      promptTokens: 100,
      cachedTokens: 40,
      cachedByTier: { device: 30, disk: 10 },
      computedPrefillTokens: 60,
      backgroundTokens: 5,
      evictions: 2,
    },
    prefetch: { issued: 0, used: 0, wastedTokens: 0 },
    ...given,
  };
}

export interface ArmFigures {
  readonly net: number;
  /** Mean, p50, p95, queue, prefill in milliseconds. */
  readonly ttft: readonly [number, number, number, number, number];
  readonly output: number;
}

/** A report of 10,000 prompt tokens whose net hit rate is `net`. */
export function armReport({ net, ttft, output }: ArmFigures): ArmReport {
  const [mean, p50, p95, queueMean, prefillMean] = ttft;
  const computed = Math.round((1 - net) * 10_000);
  return {
    description: 'An arm.',
    promptTokens: 10_000,
    cachedTokens: 10_000 - computed,
    hitRate: net,
    netHitRate: net,
    computedPrefillTokens: computed,
    backgroundTokens: 0,
    cachedByTier: { device: 10_000 - computed, disk: 0 },
    ttftMs: { mean, p50, p95, queueMean, prefillMean },
    wallSeconds: 52,
    outputTokensPerSecond: output,
    prefetch: { issued: 0, used: 0, wastedTokens: 0 },
    evictions: 12,
  };
}

export const unmodifiedArm: ArmReport = armReport({
  net: 0.15,
  ttft: [3440, 3310, 6020, 2180, 1260],
  output: 31.2,
});
export const fairArm: ArmReport = armReport({
  net: 0.6,
  ttft: [1880, 1720, 4410, 1190, 690],
  output: 38.9,
});
export const cachesageArm: ArmReport = {
  ...armReport({ net: 0.66, ttft: [1590, 1430, 4580, 1000, 590], output: 41.6 }),
  prefetch: { issued: 12, used: 9, wastedTokens: 1131 },
};

export function workload(arms: WorkloadReport['arms']): WorkloadReport {
  return {
    name: 'support-desk',
    framework: 'langgraph',
    load: 'saturated',
    agents: 9,
    sessions: 9,
    requests: 214,
    repeats: 1,
    headroom: 0.71,
    arms,
    prediction: { top1: 0.68, brier: 0.412, resolved: 190 },
    stateBytes: 5102,
  };
}
