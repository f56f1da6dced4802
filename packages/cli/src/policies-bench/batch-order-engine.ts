import { access } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { readTrace } from '@entresol/replay/node';
import type { Policy } from '@entresol/runtime-core';
import { engineSizing } from '../demo/sizing.ts';
import { sampledTrace } from '../trace-load/sampled-trace.ts';
import { tokenFactorOf, usualPromptTokens, usualTraces } from '../trace-load/trace-task.ts';
import type { BenchSize } from './bench-size.ts';
import { tierBytesFor } from './engine-capacity.ts';
import { runOnEngine } from './engine-queue.ts';
import type { EngineConfig } from './engine-queue.ts';
import { longerWait, more } from './order-judges.ts';
import { fewer, measurement } from './policy-measurement.ts';
import type { Judge, Pair, PolicyMeasurement } from './policy-measurement.ts';
import type { QueueOutcome } from './queue-outcome.ts';

const places = engineSizing.slots;
/** The default of the queue; the others show what waiting buys. */
const defaultBound = places / 2;
const wideBound = 2 * places;
const allBounds = [defaultBound, wideBound, 4 * wideBound] as const;
/** So short that everything together takes some minutes. */
const loads = {
  full: { desk: { pairs: 2, sessions: 10 }, trace: { pairs: 2, sessions: 16, calls: 8 } },
  quick: { desk: { pairs: 1, sessions: 2 }, trace: { pairs: 1, sessions: 4, calls: 2 } },
} as const;
/** Saturated as in the ordering part of `bench:replay`: sessions make their next call at once, half of them find a place. */
const concurrency = 2 * places;
const thinkScale = 0;
/** Of a trace, slots and second tier over the peak working set, as in `bench:engine`: where all fits, order is worth nothing. */
const capacity = 0.6;

const traces = ['magentic_ww', 'mad_debate'] as const;

type Bound = (typeof allBounds)[number];

const wanted: Readonly<
  Record<keyof QueueOutcome, { readonly metric: string; readonly unit: string; judge: Judge }>
> = {
  netHitRate: { metric: 'net hit rate', unit: 'share', judge: more },
  meanTtftMs: { metric: 'mean TTFT', unit: 'ms', judge: fewer },
  p99WaitMs: { metric: 'p99 wait', unit: 'ms', judge: longerWait },
};
const figures = ['netHitRate', 'meanTtftMs', 'p99WaitMs'] as const;

/** One run first come, first served, and one for every bound, on the same prompts; who begins changes with the seed. */
async function playAll(
  config: EngineConfig,
  bounds: readonly Bound[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, Pair>>> {
  const play = (maxOvertaken: number, policies: readonly Policy[]): Promise<QueueOutcome> =>
    runOnEngine({ config, policies, queue: { concurrency: places, maxOvertaken } }, signal);
  const runs: readonly (readonly ['first come' | Bound, () => Promise<QueueOutcome>])[] = [
    ['first come', () => play(wideBound, [])],
    ...bounds.map(
      (bound) => [bound, () => play(bound, [batchShaping({ mode: 'on', leader: false })])] as const,
    ),
  ];
  const outcomes = new Map<'first come' | Bound, QueueOutcome>();
  for (const at of runs.keys()) {
    const [name, run] = runs[(at + config.seed) % runs.length] ?? [];
    if (name !== undefined && run !== undefined) outcomes.set(name, await run());
  }
  const of = (name: 'first come' | Bound, figure: keyof QueueOutcome): number =>
    outcomes.get(name)?.[figure] ?? Number.NaN;
  return byKey(bounds, (figure, bound) => ({
    without: of('first come', figure),
    with: of(bound, figure),
  }));
}

function byKey<T>(
  bounds: readonly Bound[],
  make: (figure: keyof QueueOutcome, bound: Bound) => T,
): Readonly<Record<string, T>> {
  const entries = bounds.flatMap((bound) =>
    figures.map((figure) => [`${figure} ${bound}`, make(figure, bound)] as const),
  );
  return Object.fromEntries(entries);
}

interface Plan {
  readonly name: string;
  readonly pairs: number;
  readonly bounds: readonly Bound[];
  readonly configOf: (seed: number, signal: AbortSignal) => Promise<EngineConfig>;
  readonly unavailable?: () => Promise<string | undefined>;
}

const onEngine = ({ name, pairs, bounds, configOf, unavailable }: Plan): PolicyMeasurement =>
  measurement({
    policy: 'batch-shaping',
    workload: `${name}, on the embedded engine, ${concurrency} sessions for ${places} places`,
    evidence: 'measured',
    pairs,
    ...(unavailable === undefined ? {} : { unavailable }),
    metrics: byKey(bounds, (figure, bound) => ({
      ...wanted[figure],
      metric: `${wanted[figure].metric}, passed at most ${bound} times`,
      expectedToHelp: figure !== 'p99WaitMs',
    })),
    measure: async (seed, signal) => playAll(await configOf(seed, signal), bounds, signal),
  });

const settings = (seed: number, tierBytes: number) => {
  const target = { kind: 'embedded', ...engineSizing, tierBytes } as const;
  return { arm: 'fair', target, seed, concurrency, thinkScale } as const;
};

/** The second tier of the demo, and one in which less of what waits finds room. */
const deskTiers = [
  { mib: engineSizing.tierBytes / 2 ** 20, bounds: [defaultBound, wideBound] },
  { mib: 6, bounds: [defaultBound] },
] as const;

function desk({ mib, bounds }: (typeof deskTiers)[number], size: BenchSize): PolicyMeasurement {
  const { pairs, sessions } = loads[size].desk;
  const configOf = (seed: number): Promise<EngineConfig> =>
    Promise.resolve({ ...settings(seed, mib * 2 ** 20), graph: 'support-desk', sessions });
  return onEngine({ name: `support-desk, second tier of ${mib} MiB`, pairs, bounds, configOf });
}

function trace(name: (typeof traces)[number], size: BenchSize): PolicyMeasurement {
  const path = join(process.env['ENTRESOL_TRACES'] ?? usualTraces, `${name}.jsonl`);
  const { pairs, sessions, calls: callsPerSession } = loads[size].trace;
  const { contextTokens } = engineSizing;
  const configOf = async (seed: number, signal: AbortSignal): Promise<EngineConfig> => {
    const read = await readTrace(path);
    // Beginnings of sessions have shorter prompts than whole ones: what is played has the usual mean.
    const beginnings = read.trace.sessions.map((session) => ({
      ...session,
      calls: session.calls.slice(0, callsPerSession),
    }));
    const tokenFactor = tokenFactorOf(
      { ...read.trace, sessions: beginnings },
      { promptTokens: usualPromptTokens, contextTokens },
    );
    const task = { path, calls: 0, sessions, callsPerSession, tokenFactor };
    const sample = sampledTrace(read.trace, task, seed);
    const tierBytes = await tierBytesFor({ sample, seed, concurrency, share: capacity }, signal);
    return { ...settings(seed, tierBytes), graph: name, trace: task };
  };
  const unavailable = async (): Promise<string | undefined> => {
    try {
      await access(path);
      return undefined;
    } catch {
      return `no trace ${path}; ENTRESOL_TRACES names their folder`;
    }
  };
  return onEngine({ name, pairs, bounds: allBounds, configOf, unavailable });
}

export const batchOrderOnEngine = (size: BenchSize): readonly PolicyMeasurement[] => [
  ...deskTiers.map((tier) => desk(tier, size)),
  ...traces.map((name) => trace(name, size)),
];
