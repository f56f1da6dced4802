import type { DispatchEnd } from '@entresol/runtime-core';
import { isObject } from './mastra-shape.ts';

/** What the error of a run means. */
export function endByError(error: unknown, signal: AbortSignal | undefined): DispatchEnd {
  if (signal?.aborted === true) return 'aborted';
  return isObject(error) && error['name'] === 'AbortError' ? 'aborted' : 'failed';
}

/** What the result of a run that did not throw means: `generate()`'s, a workflow's, or a stream that has been read. */
export function endByResult(result: unknown, signal: AbortSignal | undefined): DispatchEnd {
  if (signal?.aborted === true) return 'aborted';
  if (!isObject(result)) return 'done';
  const reason =
    typeof result['_getImmediateFinishReason'] === 'function'
      ? result['_getImmediateFinishReason']()
      : finishReasonOf(result);
  if (result['status'] === 'suspended' || reason === 'suspended') return 'interrupted';
  // A processor of the app has stopped it.
  const isTripped = result['status'] === 'tripwire' || isObject(result['tripwire']);
  if (isTripped || result['status'] === 'canceled') return 'aborted';
  return result['status'] === 'failed' || reason === 'error' ? 'failed' : 'done';
}

/** A stream's is a promise, and asking for it would begin to read. */
function finishReasonOf(result: Readonly<Record<string, unknown>>): unknown {
  return '_waitUntilFinished' in result ? undefined : result['finishReason'];
}

/** Resolves when a stream has been read to its end, without reading it; undefined for what is no stream. */
export function finished(result: unknown): Promise<unknown> | undefined {
  const output: unknown =
    isObject(result) && isObject(result['output']) ? result['output'] : result;
  if (!isObject(output) || typeof output['_waitUntilFinished'] !== 'function') return undefined;
  const wait: unknown = output['_waitUntilFinished']();
  return Promise.resolve(wait).then(() => output);
}
