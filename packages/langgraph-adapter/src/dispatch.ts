import type { DispatchEnd, DispatchId, SessionId } from '@entresol/runtime-core';
import type {
  DispatchRef,
  FinishedCall,
  Position,
  StartedDispatch,
} from '@entresol/runtime-core/adapter';
import type { LocalGraph, Retries } from './local-graph.ts';
import type { PendingCall } from './pending-calls.ts';
import type { ThreadRecord } from './thread-record.ts';

/** One compiled graph of a workload, which may have many: an app may compile the same one for every request. */
export interface Instance {
  /** Its own graph and those inside, by the path of the node that holds each. */
  readonly graphs: ReadonlyMap<string, LocalGraph>;
}

/** One run of the attached graph from its start to its end. */
export interface RootRun {
  readonly runId: string;
  readonly instance: Instance;
  readonly session: SessionId;
  readonly record: ThreadRecord;
  /** False: nothing can come back to this session. */
  readonly hasThread: boolean;
  /** Runs inside that have not ended. */
  readonly runs: Set<string>;
  readonly dispatches: Set<Dispatch>;
  /** Those of them between two attempts. */
  readonly paused: Set<Dispatch>;
  /** Open dispatches by their checkpoint namespace. */
  readonly byNamespace: Map<string, Dispatch>;
  /** Interrupted dispatches by their checkpoint namespace, which they have again when they are resumed. */
  readonly interrupted: Map<string, Pick<Causes, 'after' | 'entry'>>;
  /** The run of the attached graph itself. */
  readonly graph: GraphRun;
  /** True when the run goes on from a checkpoint that the app chose. */
  readonly travels: boolean;
  /** When the run counts as over if no node starts before; undefined while one runs. */
  idleUntilMs: number | undefined;
  /** Looks at `idleUntilMs` when it is due; never later than that. */
  alarm: { readonly atMs: number; readonly cancel: () => void } | undefined;
}

/** One run of one graph: the attached one or a subgraph inside a dispatch. */
export interface GraphRun {
  readonly local: LocalGraph | undefined;
  readonly enclosing: Dispatch | undefined;
  readonly position: Position;
  /** True once the run has taken in its input: it does not go on from where another run stopped. */
  begun: boolean;
  step: number;
  /** Dispatches of this superstep and of the one before by task, so that what is resumed takes the place of what stopped. */
  current: Map<string, Cause>;
  previous: Map<string, Cause>;
  /** The dispatches of each node in the last superstep that had any. */
  latest: Map<string, { readonly step: number; readonly tasks: Map<string, Cause> }>;
}

/** What is known of a dispatch when it is asked whether it caused another one. */
export type Cause = Pick<Dispatch, 'id' | 'path' | 'name' | 'end' | 'goto' | 'routes' | 'position'>;

/** Why a node runs. */
export interface Causes {
  readonly dispatches: readonly Cause[];
  readonly after: readonly DispatchId[];
  readonly entry: FinishedCall | undefined;
}

/** One activation of a node: all attempts at it. */
export interface Dispatch {
  readonly id: DispatchId;
  readonly path: string;
  /** Name inside its own graph. */
  readonly name: string;
  readonly namespace: string;
  readonly root: RootRun;
  readonly enclosing: Dispatch | undefined;
  /** The run of the graph whose node it is; undefined for a task of the functional API. */
  readonly graph: GraphRun | undefined;
  readonly after: readonly DispatchId[];
  readonly position: Position;
  readonly retries: Retries;
  /** The last call of the dispatches inside that are done: when this one is resumed, they are not run again. */
  achieved: FinishedCall | undefined;
  /** Attempts begun. */
  attempts: number;
  /** How the last attempt ended, while another one may follow. */
  pausedBy: DispatchEnd | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** True once it has made a call itself. */
  called: boolean;
  /** What can abort it, as far as its model runs have shown. */
  signal: AbortSignal | undefined;
  /** The last request, when no model run announced it: the same one again is its retry. */
  unannounced: PendingCall | undefined;
  /** Model runs that have not ended. */
  readonly models: Set<string>;
  /** Names of the tools that have not ended, by run. */
  readonly tools: Map<string, string>;
  end: DispatchEnd | undefined;
  /** Where the `Command`s it returned lead. */
  goto: readonly string[];
  /** Nodes that its branches chose, one list for each. */
  routes: readonly (readonly string[])[];
}

/** What surrounds one run. */
export interface Scope {
  readonly root: RootRun;
  readonly position: Position;
  readonly dispatch: Dispatch | undefined;
  /** The graph whose nodes start directly in this run. */
  readonly graph: GraphRun | undefined;
  /** True when the run is that of the graph itself. */
  readonly isGraph: boolean;
  /** True when the run is that of a node: it ends the dispatch. */
  readonly isNode: boolean;
  /** True when it was begun directly by the run of a node. */
  readonly isStep?: boolean;
}

/** As events name it. */
export function refOf({ id, root }: Dispatch): DispatchRef {
  return { session: root.session, dispatch: id };
}

export function startOf(dispatch: Dispatch): StartedDispatch {
  const { path, enclosing, after } = dispatch;
  return { ...refOf(dispatch), agent: path, parent: enclosing?.id, after };
}
