import type { DispatchEnd, Ids, SessionId } from '@entresol/runtime-core';
import { exitOf, SessionRecords } from '@entresol/runtime-core/adapter';
import type { FinishedCall, Journal, Position } from '@entresol/runtime-core/adapter';
import { RunQuestions } from './run-questions.ts';
import type { PendingApproval } from './run-questions.ts';
import { nextCauses, refOf } from './scope.ts';
import type { Cause, Dispatch, Scope } from './scope.ts';
import { SuspendedRuns } from './suspended-runs.ts';
import { newThreadRecord } from './thread-record.ts';
import type { ThreadRecord } from './thread-record.ts';

/** How many sessions at rest and suspended runs are remembered. */
const limit = 10_000;

/** A run that begins: of an agent, a workflow or a step. */
interface Opening {
  readonly kind: Scope['kind'];
  readonly path: string;
  readonly owner: object;
  readonly parent: Scope | undefined;
  /** Where it stands in the step graph of the workflow around it. */
  readonly place?: number;
  /** Do several runs go on at that place side by side? */
  readonly parallel?: boolean;
  /** Wanted when nothing is around it. */
  readonly session?: RootSession;
  /** What a run that was suspended goes on from. */
  readonly causes?: readonly Cause[];
  readonly questions?: RunQuestions | undefined;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** True for what no later call follows from, such as giving a thread its title. */
  readonly aside?: boolean;
}

export interface RootSession {
  readonly id: SessionId;
  /** May anybody come back to it? */
  readonly returns: boolean;
}

interface Origin {
  readonly entry: FinishedCall | undefined;
  readonly causes: readonly Cause[];
}

/** Follows the runs of one workload: whose session, inside what, and after what. */
export class RunTracker {
  readonly #sessions = new SessionRecords<ThreadRecord>(limit, newThreadRecord);
  readonly suspended: SuspendedRuns = new SuspendedRuns(limit);
  readonly #ids: Ids;
  readonly #journal: Journal;
  readonly #open = new Set<Dispatch>();

  constructor(ids: Ids, journal: Journal) {
    this.#ids = ids;
    this.#journal = journal;
  }

  /** Questions to the user, of runs that go on and of those that are suspended. */
  get pendingApprovals(): readonly PendingApproval[] {
    const open = [...this.#open].flatMap(({ questions }) => questions.pending);
    return [...new Set([...open, ...this.suspended.pending])];
  }

  begin(opening: Opening): Scope {
    const { kind, path, owner, parent, aside = false } = opening;
    const record = parent === undefined ? this.#enter(opening.session) : parent.record;
    if (aside && parent !== undefined) record.active += 1;
    const { entry, causes } = originOf(opening, record);
    const position: Position = {
      parent: aside ? undefined : parent?.position,
      entry,
      last: undefined,
    };
    const { session } = record;
    const dispatch = kind === 'agent' ? this.#dispatch(opening, session, causes) : parent?.dispatch;
    return {
      kind,
      path,
      owner,
      parent,
      session,
      record,
      position,
      dispatch,
      causes,
      latest: [],
      place: undefined,
    };
  }

  #enter(root: RootSession | undefined): ThreadRecord {
    const { id, returns } = root ?? { id: this.#ids('session'), returns: false };
    const { record, isNew } = this.#sessions.enter(id);
    record.returns ||= returns;
    if (isNew) this.#journal.sessionStart(id);
    return record;
  }

  #dispatch(
    { path, parent, metadata, questions = new RunQuestions() }: Opening,
    session: SessionId,
    after: readonly Cause[],
  ): Dispatch {
    const around = parent?.dispatch;
    const dispatch: Dispatch = {
      id: this.#ids('dispatch'),
      path,
      session,
      parent: around,
      after,
      metadata: metadata ?? around?.metadata ?? {},
      tools: new Map(),
      questions,
      failed: undefined,
      end: undefined,
    };
    this.#open.add(dispatch);
    this.#journal.dispatchStart({
      ...refOf(dispatch),
      agent: path,
      parent: around?.id,
      after: after.map((cause) => cause.id),
    });
    return dispatch;
  }

  /** The run of a scope is over. Idempotent for agents; a workflow that is suspended may come back. */
  end(scope: Scope, how: DispatchEnd, aside = false): void {
    const { kind, dispatch, parent } = scope;
    if (kind === 'agent' && dispatch !== undefined) {
      if (dispatch.end !== undefined) return;
      this.#endDispatch(dispatch, how);
      if (!aside) noteEnd(parent, dispatch);
    } else if (scope.latest.length > 0 && parent !== undefined) {
      noteEnds(parent, scope.latest);
    }
    if (parent === undefined || aside) this.#leave(scope.record, how);
  }

  #endDispatch(dispatch: Dispatch, how: DispatchEnd): void {
    dispatch.end = how;
    this.#open.delete(dispatch);
    for (const { name, ran } of dispatch.tools.values()) {
      ran?.({ how: 'failed' });
      this.#journal.tool(how === 'done' ? 'tool-end' : 'tool-fail', name, refOf(dispatch));
    }
    dispatch.tools.clear();
    this.#journal.dispatchEnd(refOf(dispatch), how);
  }

  #leave(record: ThreadRecord, how: DispatchEnd): void {
    record.active -= 1;
    if (record.active > 0) return;
    if (record.returns || how === 'interrupted') {
      this.#journal.sessionPause(record.session);
      return;
    }
    this.#sessions.forget(record.session);
    this.#journal.sessionClose(record.session);
  }

  /** The app is let go: what still runs is not watched any more. */
  close(): void {
    for (const dispatch of this.#open) this.#endDispatch(dispatch, 'aborted');
  }
}

function originOf({ parent, place, parallel, causes = [] }: Opening, record: ThreadRecord): Origin {
  if (parent === undefined) return { entry: record.last, causes };
  if (parent.kind === 'agent') {
    // Agents that one reply asks for run side by side: each follows from the reply, none from another.
    return { entry: parent.position.own ?? parent.position.entry, causes: parent.causes };
  }
  const before = nextCauses(parent);
  const entry = exitOf(parent.position);
  if (parent.kind === 'step' || place === undefined) return { entry, causes: before };
  if (parent.place?.key === place && parallel === true) return parent.place;
  parent.place = { key: place, causes: before, entry };
  parent.latest = [];
  return parent.place;
}

function noteEnd(parent: Scope | undefined, { id, path }: Dispatch): void {
  noteEnds(parent, [{ id, path }]);
}

function noteEnds(parent: Scope | undefined, ended: readonly Cause[]): void {
  if (parent === undefined || parent.kind === 'agent') return;
  // In a workflow all that ended at one place causes what comes next; in code the last one does.
  parent.latest = parent.kind === 'workflow' ? [...parent.latest, ...ended] : ended;
}
