import { TraceBuilder } from './trace-builder.ts';
import type { TraceOptions, TraceReading } from './trace-builder.ts';

/**
 * Reads a trace from its lines.
 * @param file - how errors call it
 * @throws {TraceError} on the first fault; with `skipBadLines` only when no call is left
 */
export function parseTrace(
  lines: Iterable<string>,
  file: string,
  options: TraceOptions = {},
): TraceReading {
  const builder = new TraceBuilder(file, options);
  for (const line of lines) builder.add(line);
  return builder.finish();
}
