import type { SessionRecord } from '@entresol/runtime-core/adapter';
import type { RunRest } from './resumption.ts';

/** All that is kept of a thread between its runs. */
export interface ThreadRecord extends SessionRecord {
  /** Where its last run stopped. */
  rest: RunRest | undefined;
}

export function newThreadRecord(): ThreadRecord {
  return { active: 0, last: undefined, rest: undefined };
}
