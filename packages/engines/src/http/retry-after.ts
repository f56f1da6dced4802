import type { Milliseconds } from '@entresol/runtime-core';

/** Undefined without the header, and for the form that is a date. */
export function retryAfterMs(headers: Headers): Milliseconds | undefined {
  const seconds = Number.parseFloat(headers.get('retry-after') ?? '');
  return seconds >= 0 && seconds < Infinity ? 1_000 * seconds : undefined;
}
