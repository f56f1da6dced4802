import { batchShaping } from '@entresol/policies/batch-shaping';
import type { Policy } from '@entresol/runtime-core';
import type { LoadSizing } from '../demo/sizing.ts';
import { runQueuedDesk } from './desk-queue.ts';
import { longerWait, more } from './order-judges.ts';
import { fewer, measurement, unchanged } from './policy-measurement.ts';
import type { Pair, PolicyMeasurement } from './policy-measurement.ts';
import type { QueueOutcome } from './queue-outcome.ts';

const saturated: LoadSizing = { sessions: 15, concurrency: 10, thinkScale: 0.15 };
/** Never more sessions than places: nobody waits. */
const light: LoadSizing = { sessions: 6, concurrency: 2, thinkScale: 1 };
const places = 4;
/** Half of the places, the default of the queue. */
const usualBound = 2;

async function playBoth(
  seed: number,
  load: LoadSizing,
  maxOvertaken: number,
  signal: AbortSignal,
): Promise<Readonly<Record<keyof QueueOutcome, Pair>>> {
  const queue = { concurrency: places, maxOvertaken };
  const play = (policies: readonly Policy[]): Promise<QueueOutcome> =>
    runQueuedDesk({ policies, queue, seed, ...load }, signal);
  const without = await play([]);
  const ordered = await play([batchShaping({ mode: 'on', leader: false })]);
  const pair = (key: keyof QueueOutcome): Pair => ({ without: without[key], with: ordered[key] });
  return {
    netHitRate: pair('netHitRate'),
    meanTtftMs: pair('meanTtftMs'),
    p99WaitMs: pair('p99WaitMs'),
  };
}

const full = (bound: number): PolicyMeasurement =>
  measurement({
    policy: 'batch-shaping',
    workload: `support-desk, 10 sessions for ${places} places, passed at most ${bound} times`,
    evidence: 'measured',
    pairs: 5,
    metrics: {
      netHitRate: { metric: 'net hit rate', unit: 'share', expectedToHelp: true, judge: more },
      meanTtftMs: { metric: 'mean TTFT', unit: 'virtual ms', expectedToHelp: true, judge: fewer },
      p99WaitMs: {
        metric: 'p99 wait',
        unit: 'virtual ms',
        expectedToHelp: false,
        judge: longerWait,
      },
    },
    measure: (seed, signal) => playBoth(seed, saturated, bound, signal),
  });

const idle: PolicyMeasurement = measurement({
  policy: 'batch-shaping',
  workload: `support-desk, 2 sessions for ${places} places`,
  evidence: 'measured',
  pairs: 5,
  metrics: {
    netHitRate: {
      metric: 'net hit rate',
      unit: 'share',
      expectedToHelp: false,
      judge: unchanged(0.001),
    },
    meanTtftMs: {
      metric: 'mean TTFT',
      unit: 'virtual ms',
      expectedToHelp: false,
      judge: unchanged(1),
    },
    p99WaitMs: {
      metric: 'p99 wait',
      unit: 'virtual ms',
      expectedToHelp: false,
      judge: unchanged(),
    },
  },
  measure: (seed, signal) => playBoth(seed, light, usualBound, signal),
});

/** The bounds beside the default show what waiting buys. */
export const batchOrderMeasurements = (): readonly PolicyMeasurement[] => [
  full(usualBound),
  full(4 * usualBound),
  full(8 * usualBound),
  idle,
];
