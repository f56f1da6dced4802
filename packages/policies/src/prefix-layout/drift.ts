import type { AgentId, CallId, Milliseconds, SessionId, WorkloadId } from '@entresol/runtime-core';

/** The part of a prompt that is not what it was at the agent's call before. */
export type ChangedPart =
  /** A leading system message, counted from 0. */
  | { readonly part: 'system'; readonly message: number }
  | { readonly part: 'tool'; readonly tool: string; readonly how: 'changed' | 'added' | 'removed' }
  | { readonly part: 'tool-order' }
  /** A message after those, counted from 0; the last one of the earlier prompt may change without alarm. */
  | { readonly part: 'message'; readonly message: number };

/** A change and where it begins. Never any text of the prompt. */
export interface PartChange {
  readonly what: ChangedPart;
  /** UTF-8 bytes of the part that are as before; of the message's or tool's JSON where its content is no text. */
  readonly atByte: number;
  /** What stands there now. */
  readonly looksLike: 'date' | 'id' | 'number' | 'text';
}

/** A change that costs the engine what it had cached of this agent. */
export interface PrefixDrift extends PartChange {
  readonly workload: WorkloadId;
  readonly agent: AgentId;
  /** Times that this part was seen to change. The rest of the record is of the newest. */
  readonly count: number;
  readonly atMs: Milliseconds;
  readonly session: SessionId;
  readonly call: CallId;
}
