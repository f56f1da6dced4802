import { mkdir } from 'node:fs/promises';
import type { Clock } from '@entresol/runtime-core';
import { joinKnownRequests, writeKnownRequests } from '../arm/known-requests.ts';
import type { ArmResult } from '../arm/arm-messages.ts';
import type { ArmName } from '../demo/arm-plan.ts';
import { runArmProcess } from '../demo/arm-process.ts';
import { hitRateOf, progressOf } from '../demo/arm-progress.ts';
import type { Progress } from '../terminal/progress.ts';
import type { BenchPlan } from './bench-options.ts';
import type { LoadedTrace } from './planned-traces.ts';
import { traceReport } from './trace-report.ts';
import type { TraceReport } from './trace-report.ts';
import { armOrder, benchPoints, runConfig, runName, seedOfRepeat } from './bench-runs.ts';
import type { BenchPoint } from './bench-runs.ts';
import type { MeasuredPoint, Repeat } from './build-bench-document.ts';
import { tierBytesPerSecondLike8B } from './eight-billion.ts';
import type { RunStore } from './run-store.ts';
import { runPriorTrial } from '../prior/run-prior-trial.ts';
import type { FirstFiveSessions } from '../report/report-document.ts';
import { sampledTrace } from '../trace-load/sampled-trace.ts';
import { tierTokensFor } from '../trace-load/tier-size.ts';
import { TimeBox } from './time-box.ts';
import { TimeLeft } from './time-left.ts';

export interface MeasureHost {
  readonly store: RunStore;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs every arm of every repeat of every row that is not in the store. Rejects with the signal's reason when aborted;
 * what is finished stays in the store.
 * @param traces - those of the plan
 */
export async function measurePoints(
  plan: BenchPlan,
  traces: readonly LoadedTrace[],
  host: MeasureHost,
): Promise<{
  readonly measured: readonly MeasuredPoint[];
  readonly tierBytesPerSecond: number | undefined;
}> {
  const points = benchPoints(
    plan,
    traces.map(({ planned }) => planned),
  );
  const timeLeft = new TimeLeft(points.length * plan.repeats * plan.arms.length);
  const measured: MeasuredPoint[] = [];
  const endsAtMs = host.clock.now() + (plan.minutes ?? Infinity) * 60_000;
  let tierBytesPerSecond = await settledSpeed(plan, host);
  for (const unsized of points) {
    const title = titleOf(plan, unsized);
    const options = { plan, title, host, timeLeft };
    const rough = new PointMeasurement({ ...options, point: unsized });
    if (await rough.missing()) {
      host.progress.say(`${title}: warm-up, not counted`);
      const warm = await rough.warmUp(tierBytesPerSecond);
      if (plan.tierSpeed === 'auto-8b' && tierBytesPerSecond === undefined) {
        tierBytesPerSecond = await settleSpeed(warm, host);
      }
      await settleStateSize(warm, host);
    }
    const loaded = traces.find(({ planned }) => planned.trace === unsized.trace);
    const point = await sizedPoint(unsized, loaded, plan, host);
    const measurement = new PointMeasurement({ ...options, point });
    const repeats: Repeat[] = [];
    const box = TimeBox.forNextRow(host.clock, endsAtMs, points.length - measured.length);
    while (repeats.length < plan.repeats && box.fits()) {
      repeats.push(await measurement.repeat(repeats.length, tierBytesPerSecond));
      box.finished();
    }
    if (repeats.length < plan.repeats) {
      host.progress.say(
        `${title}: no time for more than ${repeats.length} of ${plan.repeats} repeats`,
      );
    }
    const prior = plan.prior && !plan.sweep ? await measurement.prior() : undefined;
    measured.push({ point, repeats, prior, trace: loaded && playedTrace(plan, loaded, repeats) });
  }
  return { measured, tierBytesPerSecond };
}

function playedTrace(
  plan: BenchPlan,
  loaded: LoadedTrace,
  repeats: readonly Repeat[],
): TraceReport {
  return traceReport(
    loaded.trace,
    loaded.planned.trace,
    repeats.map((arms, repeat) => ({ seed: seedOfRepeat(plan.seed, repeat), arms })),
  );
}

const speedName = 'tier-bytes-per-second';

function settledSpeed(
  { tierSpeed }: BenchPlan,
  { store }: MeasureHost,
): Promise<number | undefined> {
  if (tierSpeed === 'auto-8b') return store.settled<number>(speedName);
  return Promise.resolve(tierSpeed === 'full' ? undefined : tierSpeed.bytesPerSecond);
}

async function settleSpeed(
  { speed }: ArmResult,
  { store, progress }: MeasureHost,
): Promise<number> {
  if (speed === undefined) throw new Error('The warm-up did not say how fast the engine is.');
  const bytesPerSecond = tierBytesPerSecondLike8B(speed);
  await store.settle(speedName, bytesPerSecond);
  progress.say(
    `second tier slowed to ${(bytesPerSecond / 1e6).toFixed(1)} MB/s: ${Math.round(speed.computeTokensPerSecond)} tok/s of prefill, ${Math.round(speed.stateBytesPerToken)} bytes of state a token`,
  );
  return bytesPerSecond;
}

const stateSizeName = 'state-bytes-per-token';

/** Found out once, so that a resumed benchmark has the same second tier. */
async function settleStateSize({ speed }: ArmResult, { store }: MeasureHost): Promise<void> {
  if (speed === undefined || (await store.settled<number>(stateSizeName)) !== undefined) return;
  await store.settle(stateSizeName, speed.stateBytesPerToken);
}

/** The row with the second tier that the wanted capacity leaves to it. */
async function sizedPoint(
  point: BenchPoint,
  loaded: LoadedTrace | undefined,
  plan: BenchPlan,
  { store }: MeasureHost,
): Promise<BenchPoint> {
  const share = plan.traces?.capacity;
  if (share === undefined || loaded === undefined) return point;
  const bytesPerToken = await store.settled<number>(stateSizeName);
  if (bytesPerToken === undefined) throw new Error('The warm-up did not say how large states are.');
  const { slots, concurrency } = point;
  const samples = Array.from({ length: plan.repeats }, (_, repeat) => {
    const seed = seedOfRepeat(plan.seed, repeat);
    return { seed, sample: sampledTrace(loaded.trace, loaded.planned.trace, seed) };
  });
  const tokens = tierTokensFor(samples, { share, slots, concurrency });
  return { ...point, tierBytes: Math.round(tokens * bytesPerToken) };
}

function titleOf({ sweep }: BenchPlan, { graph, load, slots }: BenchPoint): string {
  return sweep ? `${graph}, ${load}, ${slots} slots` : `${graph}, ${load}`;
}

interface PointMeasurementOptions {
  readonly plan: BenchPlan;
  readonly point: BenchPoint;
  readonly title: string;
  readonly host: MeasureHost;
  readonly timeLeft: TimeLeft;
}

class PointMeasurement {
  readonly #options: PointMeasurementOptions;

  constructor(options: PointMeasurementOptions) {
    this.#options = options;
  }

  async missing(): Promise<boolean> {
    const { plan, point, host } = this.#options;
    for (let repeat = 0; repeat < plan.repeats; repeat++) {
      for (const arm of plan.arms) {
        if ((await host.store.run(runName(point, repeat, arm))) === undefined) return true;
      }
    }
    return false;
  }

  /** One session after the other, so that the engine finds out how fast it is by itself. */
  warmUp(tierBytesPerSecond: number | undefined): Promise<ArmResult> {
    const { plan, point, host } = this.#options;
    const alone = { concurrency: 1, thinkScale: 0 };
    const small: BenchPoint =
      point.trace === undefined
        ? { ...point, ...alone, sessions: 2 }
        : { ...point, ...alone, trace: { ...point.trace, calls: 1, sessions: 1 } };
    const config = runConfig('fair', {
      plan,
      point: small,
      seed: seedOfRepeat(plan.seed, -1),
      tierBytesPerSecond,
    });
    return runArmProcess(config, { signal: host.signal, onMessage: () => undefined });
  }

  /** The prior on trial on the sessions of the first repeat; kept in the store as the runs are. */
  async prior(): Promise<FirstFiveSessions> {
    const { plan, point, title, host } = this.#options;
    const kept = `prior-${point.graph}-${point.load}`;
    const present = await host.store.settled<FirstFiveSessions>(kept);
    if (present !== undefined) return present;
    host.progress.say(`${title}: five sessions under each prior`);
    const config = runConfig('cachesage', { plan, point, seed: seedOfRepeat(plan.seed, 0) });
    if (config.trace !== undefined) throw new Error('The prior is tried on example graphs only.');
    const trial = await runPriorTrial(config, { signal: host.signal });
    await host.store.settle(kept, trial);
    return trial;
  }

  async repeat(repeat: number, tierBytesPerSecond: number | undefined): Promise<Repeat> {
    const { plan, point, title, host, timeLeft } = this.#options;
    const { store, progress, clock, signal } = host;
    const results = new Map<ArmName, ArmResult>();
    const { graph, load } = point;
    const seed = seedOfRepeat(plan.seed, repeat);
    progress.begin(`${graph} ${repeat + 1}/${plan.repeats}`, load, plan.arms.length);
    for (const arm of armOrder(plan.arms, repeat)) {
      const name = runName(point, repeat, arm);
      const present = await store.run(name);
      if (present !== undefined) {
        timeLeft.skipped();
        results.set(arm, present);
        continue;
      }
      const knownRequestsPath =
        arm === 'oracle' ? await this.#knownRequests(repeat, seed, results) : undefined;
      const config = runConfig(arm, { plan, point, seed, tierBytesPerSecond, knownRequestsPath });
      const startedAtMs = clock.now();
      const result = await runArmProcess(config, {
        signal,
        onMessage: (message) => {
          if (message.type !== 'progress') return;
          progress.arm({ name: arm, finished: false, ...progressOf(message) });
        },
      });
      await store.keepRun(name, result);
      timeLeft.finished(clock.now() - startedAtMs);
      results.set(arm, result);
      progress.arm({ name: arm, finished: true, done: 1, ...hitRateOf(result) });
    }
    progress.finish();
    progress.say(`  ${title}: ${timeLeft.text()}`);
    return new Map(plan.arms.flatMap((arm) => pairOf(arm, results.get(arm))));
  }

  /** What the unmodified arm of this repeat sent, and whose it was, in a file. */
  async #knownRequests(
    repeat: number,
    seed: number,
    results: ReadonlyMap<ArmName, ArmResult>,
  ): Promise<string> {
    const { point, host } = this.#options;
    const sent = results.get('unmodified');
    if (sent === undefined) throw new Error('The oracle arm runs after the unmodified arm.');
    if (point.trace !== undefined) throw new Error('The oracle arm knows example graphs only.');
    // Loaded only where it is used: it brings the framework.
    const { planRequests } = await import('../arm/planned-requests.ts');
    const plan = await planRequests({ ...point, seed }, host.signal);
    const folder = host.store.path('known-requests');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = `${folder}/${runName(point, repeat, 'unmodified')}.jsonl`;
    await writeKnownRequests(path, joinKnownRequests(plan, sent.requests));
    return path;
  }
}

function pairOf(
  arm: ArmName,
  result: ArmResult | undefined,
): readonly (readonly [ArmName, ArmResult])[] {
  return result === undefined ? [] : [[arm, result]];
}
