import { EntresolError } from '@entresol/runtime-core';

/** Everything a trace can get wrong. */
export type TraceErrorCode =
  | 'unreadable-file'
  | 'not-json'
  | 'bad-field'
  | 'duplicate-step'
  | 'step-order'
  | 'late-header'
  | 'mixed-workloads'
  | 'empty-trace';

/** A trace that cannot be replayed; the message names file, line, field, value and the way out. */
export class TraceError extends EntresolError<TraceErrorCode> {
  readonly file: string;
  /** Counted from 1; undefined where the whole file is meant. */
  readonly line: number | undefined;
  /** Path of the field (`blocks[2][0]`); undefined where the whole line is meant. */
  readonly field: string | undefined;

  constructor(
    problem: string,
    options: {
      readonly code: TraceErrorCode;
      readonly file: string;
      readonly line?: number;
      readonly field?: string;
      readonly value?: unknown;
      readonly cause?: unknown;
    },
  ) {
    const { code, file, line, field, value, cause } = options;
    super(`${line === undefined ? file : `${file}:${line}`}: ${problem}`, { code, value, cause });
    this.file = file;
    this.line = line;
    this.field = field;
  }
}
