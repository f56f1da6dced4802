import type { DispatchEnd } from '@entresol/runtime-core';

function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return '';
  return typeof error.name === 'string' ? error.name : '';
}

/**
 * What the error of a node run means. LangGraph's control flow travels as errors; they are told by name, as LangGraph does.
 * `signal` is what can abort the run: its reason, whatever it is, is an abort.
 */
export function endByError(error: unknown, signal?: AbortSignal): DispatchEnd {
  if (signal?.aborted === true && signal.reason === error) return 'aborted';
  switch (nameOf(error)) {
    case 'GraphInterrupt':
    case 'NodeInterrupt':
      return 'interrupted';
    case 'ParentCommand':
      return 'handed-off';
    case 'AbortError':
    case 'TimeoutError':
    case 'NodeTimeoutError':
    case 'GraphDrained':
      return 'aborted';
    default:
      return 'failed';
  }
}

/** Interrupts and handoffs arrive as errors of a tool and are none. */
export function toolEndByError(error: unknown): 'tool-end' | 'tool-fail' {
  const how = endByError(error);
  return how === 'interrupted' || how === 'handed-off' ? 'tool-end' : 'tool-fail';
}
