import { createWriteStream, fchmod } from 'node:fs';
import type { WriteStream } from 'node:fs';
import process from 'node:process';
import type { Policy } from '@entresol/runtime-core';
import { traceRecorder } from '../recording/trace-recorder.ts';
import type { UnrecordedCalls } from '../recording/trace-recorder.ts';

export interface RecordToOptions {
  /** Replace a file that is there; otherwise nothing is recorded over it. */
  readonly overwrite?: boolean;
  /** Most bytes that wait to be written; lines beyond are dropped and counted. Default 4 MiB. */
  readonly maxBufferedBytes?: number;
}

/** What became of a recording. */
export interface TraceRecordingReport {
  readonly path: string;
  readonly calls: number;
  /** Dropped are those for which the disk was too slow, or the file failed. */
  readonly unrecorded: UnrecordedCalls;
  /** Why the file could not be written; undefined = it can. */
  readonly failure: string | undefined;
}

/** A policy that records, and does nothing else. */
export interface TraceRecording extends Policy {
  report(): TraceRecordingReport;
  /** Writes what is held back and closes the file; after the runtime's own `close()`. Never rejects. Idempotent. */
  close(): Promise<TraceRecordingReport>;
}

/**
 * Records a live app as a trace: `createRuntime({ policies: [recordTo('trace.jsonl')] })`. Counts, times, agent and tool
 * names; no text. Lines are written in the background to a file (0600). The app never notices a file that cannot be
 * written: the first failure is a process warning, and the report says it.
 */
export function recordTo(
  path: string,
  { overwrite = false, maxBufferedBytes = 4 * 2 ** 20 }: RecordToOptions = {},
): TraceRecording {
  const file = openFile(path, overwrite);
  let failure: string | undefined;
  /** Lines that were taken when the file had not failed yet. */
  let lost = 0;
  let isClosing = false;
  file.on('error', (error) => {
    if (failure !== undefined) return;
    const isPresent = 'code' in error && error.code === 'EEXIST';
    failure = isPresent
      ? `${path} is there already; give a new path, or recordTo(path, { overwrite: true })`
      : `${path} cannot be written (${error.message}); give a path in a folder this user can write`;
    process.emitWarning(`nothing more is recorded: ${failure}`, 'EntresolRecording');
  });
  const recorder = traceRecorder((line, what) => {
    if (isClosing || failure !== undefined || file.writableLength > maxBufferedBytes) return false;
    file.write(`${line}\n`, (error) => {
      if (error && what === 'call') lost += 1;
    });
    return true;
  });
  const report = (): TraceRecordingReport => ({
    path,
    calls: recorder.calls - lost,
    unrecorded: { ...recorder.unrecorded, dropped: recorder.unrecorded.dropped + lost },
    failure,
  });
  let closed: Promise<TraceRecordingReport> | undefined;
  const close = async (): Promise<TraceRecordingReport> => {
    recorder.flush();
    isClosing = true;
    if (!file.closed) {
      await new Promise<void>((resolve) => {
        file.once('close', resolve);
        if (!file.destroyed) file.end();
      });
    }
    return report();
  };
  return { ...recorder.policy, report, close: () => (closed ??= close()) };
}

function openFile(path: string, overwrite: boolean): WriteStream {
  const file = createWriteStream(path, { mode: 0o600, flags: overwrite ? 'w' : 'wx' });
  // A file that is replaced keeps its mode otherwise.
  file.once('open', (fd) => fchmod(fd, 0o600, (error) => error && file.destroy(error)));
  return file;
}
