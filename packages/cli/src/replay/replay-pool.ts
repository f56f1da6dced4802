import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ReplayJob, ReplayJobResult } from './replay-run.ts';
import type { ReplayAnswer } from './replay-worker.ts';

/** A job that could not be done. `isMistake`: the arguments or the trace are at fault. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly isMistake: boolean;

  constructor(message: string, isMistake: boolean) {
    super(message);
    this.isMistake = isMistake;
  }
}

/**
 * Does jobs in `workers` threads and hands out each result as it comes.
 * @throws {ReplayError} on the first job that fails; the signal's reason when it aborts
 */
export async function runReplayJobs(
  jobs: readonly ReplayJob[],
  workers: number,
  signal: AbortSignal,
  done: (job: ReplayJob, result: ReplayJobResult) => void,
): Promise<void> {
  const waiting = [...jobs];
  const threads = Array.from({ length: Math.min(workers, jobs.length) }, startWorker);
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
          signal.throwIfAborted();
          const answer = await ask(thread, job, signal);
          if ('failed' in answer) {
            throw new ReplayError(answer.failed.message, answer.failed.isMistake);
          }
          done(job, answer.result);
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** The worker lies beside this module, as source or built. */
function startWorker(): Worker {
  const file = `./replay-worker${extname(import.meta.url)}`;
  return new Worker(new URL(file, import.meta.url));
}

function ask(thread: Worker, job: ReplayJob, signal: AbortSignal): Promise<ReplayAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', answered).off('error', failed);
      signal.removeEventListener('abort', aborted);
      act();
    };
    const answered = (answer: ReplayAnswer): void => settle(() => resolve(answer));
    const failed = (error: unknown): void => settle(() => reject(error));
    const aborted = (): void => settle(() => reject(signal.reason));
    thread.on('message', answered).on('error', failed);
    signal.addEventListener('abort', aborted, { once: true });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(job);
  });
}
