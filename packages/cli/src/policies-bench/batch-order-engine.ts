import { access } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { batchShaping } from '@entresol/policies/batch-shaping';
import { readTrace } from '@entresol/replay/node';
import type { Policy } from '@entresol/runtime-core';
import type { ArmConfig, EmbeddedTarget } from '../arm/arm-messages.ts';
import { engineSizing } from '../demo/sizing.ts';
import { tokenFactorOf, usualPromptTokens, usualTraces } from '../trace-load/trace-task.ts';
import type { BenchSize } from './bench-size.ts';
import { runOnEngine } from './engine-queue.ts';
import { longerWait, more } from './order-judges.ts';
import { fewer, measurement } from './policy-measurement.ts';
import type { Judge, Pair, PolicyMeasurement } from './policy-measurement.ts';
import type { QueueOutcome } from './queue-outcome.ts';

const engine: EmbeddedTarget = { kind: 'embedded', ...engineSizing };
const places = engineSizing.slots;
/** The default of the queue is half of the places; the others show what waiting buys. */
const wideBound = 2 * places;
const allBounds = [places / 2, wideBound, 4 * wideBound] as const;
/** So short that everything together takes some minutes. */
const loads = {
  full: { desk: { pairs: 2, sessions: 8 }, trace: { pairs: 3, callsPerSession: 6 } },
  quick: { desk: { pairs: 1, sessions: 2 }, trace: { pairs: 1, callsPerSession: 2 } },
} as const;
/** Sessions that are open at once: two for each place, hardly thinking. */
const concurrency = 8;
const thinkScale = 0.15;

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
  config: ArmConfig,
  bounds: readonly Bound[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, Pair>>> {
  const play = (maxOvertaken: number, policies: readonly Policy[]): Promise<QueueOutcome> =>
    runOnEngine({ config, engine, policies, queue: { concurrency: places, maxOvertaken } }, signal);
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
  readonly configOf: (seed: number) => Promise<ArmConfig>;
  readonly unavailable?: () => Promise<string | undefined>;
}

const onEngine = ({ name, pairs, bounds, configOf, unavailable }: Plan): PolicyMeasurement =>
  measurement({
    policy: 'batch-shaping',
    workload: `${name} on the embedded engine, ${concurrency} sessions for ${places} places`,
    evidence: 'measured',
    pairs,
    ...(unavailable === undefined ? {} : { unavailable }),
    metrics: byKey(bounds, (figure, bound) => ({
      ...wanted[figure],
      metric: `${wanted[figure].metric}, passed at most ${bound} times`,
      expectedToHelp: figure !== 'p99WaitMs',
    })),
    measure: async (seed, signal) => playAll(await configOf(seed), bounds, signal),
  });

const settings = (seed: number) =>
  ({ arm: 'fair', target: engine, seed, concurrency, thinkScale }) as const;

function desk(size: BenchSize): PolicyMeasurement {
  const { pairs, sessions } = loads[size].desk;
  return onEngine({
    name: 'support-desk',
    pairs,
    bounds: [wideBound],
    configOf: (seed) => Promise.resolve({ ...settings(seed), graph: 'support-desk', sessions }),
  });
}

function trace(name: (typeof traces)[number], size: BenchSize): PolicyMeasurement {
  const path = join(process.env['ENTRESOL_TRACES'] ?? usualTraces, `${name}.jsonl`);
  const { pairs, callsPerSession } = loads[size].trace;
  const { contextTokens } = engineSizing;
  const configOf = async (seed: number): Promise<ArmConfig> => {
    const read = await readTrace(path);
    const tokenFactor = tokenFactorOf(read.trace, {
      promptTokens: usualPromptTokens,
      contextTokens,
    });
    const sessions = 1.5 * concurrency;
    const task = { path, calls: 0, sessions, callsPerSession, tokenFactor };
    return { ...settings(seed), graph: name, trace: task };
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
  desk(size),
  ...traces.map((name) => trace(name, size)),
];
