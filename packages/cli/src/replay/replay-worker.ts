import { parentPort } from 'node:worker_threads';
import { TraceError } from '@entresol/replay';
import { runReplayJob } from './replay-run.ts';
import type { ReplayJob, ReplayJobResult } from './replay-run.ts';

/** What a worker answers to a job. */
export type ReplayAnswer =
  | { readonly result: ReplayJobResult }
  | { readonly failed: { readonly message: string; readonly isMistake: boolean } };

parentPort?.on('message', (job: ReplayJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads, not between windows
  void answer(job).then((said) => parentPort?.postMessage(said));
});

async function answer(job: ReplayJob): Promise<ReplayAnswer> {
  try {
    return { result: await runReplayJob(job) };
  } catch (error) {
    const isMistake = error instanceof RangeError || error instanceof TraceError;
    return {
      failed: { message: error instanceof Error ? error.message : String(error), isMistake },
    };
  }
}
