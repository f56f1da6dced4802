import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeRecord } from '@entresol/runtime-core';
import type { ArmMessage, ExampleArmConfig } from '../arm/arm-messages.ts';
import { runArmProcess } from '../demo/arm-process.ts';
import { summariseArm } from '../report/arm-summary.ts';
import { replayPriors, trialSessions } from '../report/prior-trial.ts';
import type { FirstFiveSessions, TrialReport } from '../report/report-document.ts';
import { priorTreatments } from './prior-treatment.ts';
import type { PriorTreatment } from './prior-treatment.ts';

export interface PriorTrialOptions {
  readonly signal: AbortSignal;
  /** Hears how each of the three runs goes. */
  readonly onMessage?: (treatment: PriorTreatment, message: ArmMessage) => void;
}

/**
 * Puts the prior on trial (docs/decisions/0009): the first sessions run on the engine once per prior, which gives the net
 * hit rates; the events of the run with the declared prior are replayed under all three, which gives the predictions.
 * @param config of a `cachesage` arm; its number of sessions and its recording are the trial's own
 * @throws {ArmProcessError} when a run fails; the signal's reason when it is aborted
 */
export async function runPriorTrial(
  config: ExampleArmConfig,
  { signal, onMessage }: PriorTrialOptions,
): Promise<FirstFiveSessions> {
  const folder = await mkdtemp(join(tmpdir(), 'entresol-prior-'));
  try {
    const rates = new Map<PriorTreatment, number | null>();
    for (const prior of priorTreatments) {
      const result = await runArmProcess(
        {
          ...config,
          arm: 'cachesage',
          prior,
          sessions: trialSessions,
          concurrency: Math.min(config.concurrency, trialSessions),
          // Runs under another prior are recorded too, so that writing costs all three the same.
          recordPath: join(folder, `${prior}.jsonl`),
        },
        { signal, onMessage: (message) => onMessage?.(prior, message) },
      );
      rates.set(prior, summariseArm(result, prior).netHitRate);
    }
    const predictions = replayPriors(await readRecording(join(folder, 'declared.jsonl')), {
      seed: config.seed,
    });
    const report = (treatment: PriorTreatment): TrialReport => ({
      ...predictions[treatment],
      netHitRate: rates.get(treatment) ?? null,
    });
    return {
      withPrior: report('declared'),
      withoutPrior: report('none'),
      shuffledPrior: report('shuffled'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that this very run wrote: its lines are records. */
async function readRecording(path: string): Promise<readonly RuntimeRecord[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): RuntimeRecord => JSON.parse(line));
}
