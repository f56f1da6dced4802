import type { SessionId } from '@entresol/runtime-core';
import type { Position, SessionRecords } from '@entresol/runtime-core/adapter';
import type { Dispatch, GraphRun, Instance, RootRun } from './dispatch.ts';
import type { ThreadRecord } from './thread-record.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** A graph that starts to run: the attached one, or one inside a dispatch. */
export function newGraphRun(
  { graphs }: Instance,
  enclosing: Dispatch | undefined,
  position: Position,
): GraphRun {
  return {
    local: graphs.get(enclosing?.path ?? ''),
    enclosing,
    position,
    begun: false,
    step: Number.NEGATIVE_INFINITY,
    current: new Map(),
    previous: new Map(),
    latest: new Map(),
  };
}

/** A run of the attached graph starts: in the session of its thread, or in one of its own. */
export function newRootRun(
  { runId, metadata, instance }: { runId: string; metadata: Metadata; instance: Instance },
  sessions: SessionRecords<ThreadRecord>,
): { readonly root: RootRun; readonly isNewSession: boolean } {
  const thread = metadata['thread_id'];
  const hasThread = typeof thread === 'string' || typeof thread === 'number';
  const session: SessionId = hasThread ? String(thread) : runId;
  const { record, isNew } = sessions.enter(session);
  const position: Position = { parent: undefined, entry: record.last, last: undefined };
  const root: RootRun = {
    runId,
    instance,
    session,
    record,
    hasThread,
    travels: metadata['checkpoint_id'] !== undefined,
    graph: newGraphRun(instance, undefined, position),
    runs: new Set(),
    dispatches: new Set(),
    paused: new Set(),
    byNamespace: new Map(),
    interrupted: new Map(),
    idleUntilMs: undefined,
    alarm: undefined,
  };
  return { root, isNewSession: isNew };
}

/** True when no node of the run works now: each waits for its next attempt, or for a node inside that does. */
export function isIdle({ dispatches, paused }: RootRun): boolean {
  if (paused.size === 0) return dispatches.size === 0;
  const waiting = new Set<Dispatch>();
  for (const dispatch of paused) {
    for (let at: Dispatch | undefined = dispatch; at !== undefined; at = at.enclosing) {
      waiting.add(at);
    }
  }
  return [...dispatches].every((dispatch) => waiting.has(dispatch));
}

/** The longest that the run may still wait for the next attempt at a node, in ms. */
export function longestPause({ paused }: RootRun): number {
  let pauseMs = 0;
  for (const { retries } of paused) pauseMs = Math.max(pauseMs, retries.pauseMs);
  return pauseMs;
}
