import type { ToolOutcome } from '@entresol/runtime-core';
import { isObject } from './mastra-shape.ts';

/**
 * What the output of a tool that did not throw means. Mastra hands on arguments or results that do not fit their schema as an
 * output with `error: true`; nothing at all is what a tool leaves that has suspended its run.
 */
export function outcomeOf(output: unknown): ToolOutcome {
  if (output === undefined) return { how: 'no-value' };
  const isInvalid = isObject(output) && output['error'] === true && 'validationErrors' in output;
  return isInvalid ? { how: 'failed' } : { how: 'returned', value: output };
}
