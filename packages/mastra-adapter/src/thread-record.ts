import type { SessionId } from '@entresol/runtime-core';
import type { SessionRecord } from '@entresol/runtime-core/adapter';

/** All that is kept of a session between its runs. */
export interface ThreadRecord extends SessionRecord {
  readonly session: SessionId;
  /** May anybody come back to it? */
  returns: boolean;
}

export function newThreadRecord(session: SessionId): ThreadRecord {
  return { session, active: 0, last: undefined, returns: false };
}
