import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { TraceBuilder } from '../trace/trace-builder.ts';
import type { TraceOptions, TraceReading } from '../trace/trace-builder.ts';
import { TraceError } from '../trace/trace-error.ts';

/**
 * Reads a trace file, line by line.
 * @throws {TraceError} `unreadable-file`, else on the first fault; with `skipBadLines` only when no call is left
 */
export async function readTrace(path: string, options: TraceOptions = {}): Promise<TraceReading> {
  const builder = new TraceBuilder(path, options);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    for await (const line of file.readLines()) builder.add(line);
  } catch (cause) {
    if (cause instanceof TraceError) throw cause;
    throw new TraceError(
      `cannot be read (${cause instanceof Error ? cause.message : String(cause)}); give the path of a trace, one JSON document a line`,
      { code: 'unreadable-file', file: path, value: path, cause },
    );
  } finally {
    await file?.close();
  }
  return builder.finish();
}
