import { availableParallelism } from 'node:os';
import { gpu8b } from '@entresol/replay';
import { describeMachine } from '../demo/machine-report.ts';
import { checkWritable } from '../demo/check-files.ts';
import { formatElapsed } from '../report/number-format.ts';
import { spelling } from '../spelling.ts';
import { createPalette, wantsColour } from '../terminal/palette.ts';
import { ablationsFlag } from './ablation.ts';
import { buildRows, workloadOf } from './build-rows.ts';
import { findPolicy, isBeside, mainPolicies, namedPolicies } from './lab-policies.ts';
import { prefetchFrom } from './lab-policy.ts';
import type { ReplayDocument, ReplayRow, ReplayWorkload } from './replay-document.ts';
import type { ReplayOptions } from './replay-options.ts';
import { writeReplayPage } from './page/replay-page.ts';
import { runReplayJobs } from './replay-pool.ts';
import type { ReplayJob, ReplayJobResult } from './replay-run.ts';
import {
  capacityLine,
  orderTable,
  prefetchTable,
  replayTable,
  rowName,
  timesLine,
  touchLine,
  workloadLines,
} from './replay-table.ts';
import type { TableLook } from './replay-table.ts';

export interface ReplayStreams {
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/**
 * Replays every trace under every seed; a workload's tables come as soon as its last seed is through.
 * @throws {FlagError} when the page cannot be written; looked at before anything starts
 * @throws {ReplayError} on a trace or an argument that is at fault; the signal's reason when it aborts
 */
export async function runReplay(
  options: ReplayOptions,
  { stdout, stderr, environment, signal, now }: ReplayStreams,
): Promise<ReplayDocument> {
  if (options.html !== undefined) await checkWritable('--html', options.html);
  const startedAt = now();
  const palette = createPalette(wantsColour(stdout, environment, options.color));
  const jobs = jobsOf(options);
  const results = new Map<string, ReplayJobResult[]>(options.traces.map((trace) => [trace, []]));
  const workloads: ReplayWorkload[] = [];
  const rows: ReplayRow[] = [];
  let done = 0;
  const tell = (text: string): void => {
    if (stderr.isTTY === true) stderr.write(`\r\u001B[2K${text}`);
    else stderr.write(`${text}\n`);
  };
  const write = async (complete: boolean): Promise<ReplayDocument> => {
    const document: ReplayDocument = {
      command: commandOf(options),
      date: startedAt.toISOString().slice(0, 10),
      machine: await describeMachine(),
      complete,
      blockTokens: 16,
      policies: Object.fromEntries(
        options.policies.map((key) => {
          const { name: policy, mode, source } = findPolicy(key);
          return [rowName({ policy, mode }), source];
        }),
      ),
      stepCost: gpu8b,
      workloads: inOrder(workloads, options),
      rows: inOrder(rows, options),
    };
    if (options.json) stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    if (options.html !== undefined) {
      await writeReplayPage(options.html, document);
      stderr.write(`wrote ${options.html}\n`);
    }
    return document;
  };
  const replayed = runReplayJobs(
    jobs,
    availableParallelism(),
    signal,
    ({ trace, seed }, result) => {
      done += 1;
      const elapsed = formatElapsed(now().getTime() - startedAt.getTime());
      tell(`replayed ${result.workload}, seed ${seed} (${done} of ${jobs.length}, ${elapsed})`);
      const ofTrace = results.get(trace) ?? [];
      ofTrace.push(result);
      if (ofTrace.length < options.seeds) return;
      const workload = workloadOf(ofTrace);
      if (workload === undefined) return;
      const by = options.capacity.kind === 'shares' ? 'capacity' : 'capacityTokens';
      const own = buildRows(ofTrace, options.concurrency, by);
      workloads.push(workload);
      rows.push(...own);
      if (stderr.isTTY === true) stderr.write('\r\u001B[2K');
      if (!options.json)
        stdout.write(`${tablesOf(workload, own, { palette, columns: stdout.columns })}\n`);
    },
  );
  try {
    await replayed;
  } catch (error) {
    // Whoever stops a long run keeps the workloads that are through.
    if (signal.aborted && workloads.length > 0) await write(false);
    throw error;
  }
  return write(true);

  /** Workers finish in any order; the document follows the arguments. */
  function inOrder<T extends ReplayWorkload | ReplayRow>(
    all: readonly T[],
    { traces }: ReplayOptions,
  ): readonly T[] {
    const names = traces.map((trace) => results.get(trace)?.[0]?.workload ?? trace);
    const place = (one: T): number => names.indexOf('workload' in one ? one.workload : one.name);
    return all.toSorted((a, b) => place(a) - place(b));
  }
}

function jobsOf(options: ReplayOptions): readonly ReplayJob[] {
  const { traces, seeds, roles, skipBadLines, capacity, hostTier, concurrency, policies } = options;
  return traces.flatMap((trace) =>
    Array.from({ length: seeds }, (_, index) => ({
      trace,
      roles,
      skipBadLines,
      capacity,
      hostTier,
      concurrency,
      seed: index + 1,
      policies,
    })),
  );
}

function tablesOf(workload: ReplayWorkload, rows: readonly ReplayRow[], look: TableLook): string {
  const { palette } = look;
  const parts = [workloadLines(workload).join('\n')];
  for (const ofCapacity of Map.groupBy(rows, ({ capacity }) => capacity).values()) {
    const compared = ofCapacity.filter(({ kind }) => kind === 'ablation' || !isBeside(kind));
    const prefetched = ofCapacity.filter(({ kind }) => kind === 'timed' || kind === 'prefetch');
    const orderings = ofCapacity.filter(({ kind }) => kind === 'ordering');
    parts.push(palette.dim(capacityLine(ofCapacity, workload)), replayTable(compared, look));
    const times = timesLine(ofCapacity);
    if (times !== undefined) parts.push(times);
    const touched = touchLine(ofCapacity);
    if (touched !== undefined) parts.push(touched);
    if (prefetched.length > 0) {
      parts.push(
        palette.dim(
          `calls in the order that the engine's clock gives; the expected agent's known prompt computed ahead, from probability ${prefetchFrom}`,
        ),
        prefetchTable(prefetched, workload.calls, palette),
      );
    }
    if (orderings.length > 0) {
      parts.push(
        palette.dim(
          'sessions call again at once, half of them find a place in the engine; TTFT has the wait; * = on the frontier of mean TTFT and p99 wait',
        ),
        orderTable(orderings, palette),
      );
    }
  }
  return `${parts.join('\n')}\n`;
}

function policiesFlag(policies: readonly string[]): readonly string[] {
  const compared = policies
    .map(findPolicy)
    .filter(({ kind }) => !isBeside(kind))
    .map(({ name }) => name);
  const named = [...new Set(compared)].join(',');
  if (named === mainPolicies.join(',')) return [];
  return [`--policies ${named === namedPolicies.join(',') ? 'all' : named}`];
}

function commandOf(options: ReplayOptions): string {
  const {
    traces,
    capacity,
    hostTier,
    concurrency,
    seeds,
    policies,
    modes,
    ablations,
    order,
    prefetch,
    roles,
  } = options;
  const names = traces.map((trace) => trace.split('/').at(-1) ?? trace);
  return [
    `${spelling.command} replay`,
    ...names,
    capacity.kind === 'shares'
      ? `--capacity ${capacity.shares.join(',')}`
      : `--capacity-tokens ${capacity.tokens}`,
    ...(hostTier === 0 ? [] : [`--host-tier ${hostTier}`]),
    `--concurrency ${concurrency} --seeds ${seeds}`,
    ...policiesFlag(policies),
    ...(modes.includes('touch') ? [`--mode ${modes.join(',')}`] : []),
    ...(ablations.length === 0 ? [] : [ablationsFlag(ablations)]),
    ...(order ? ['--order'] : []),
    ...(prefetch ? ['--prefetch on'] : []),
    ...(roles === 'agent-and-task' ? ['--role-per-task'] : []),
  ].join(' ');
}
