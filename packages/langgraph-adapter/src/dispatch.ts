import type { DispatchEnd, DispatchId, SessionId } from '@entresol/runtime-core';
import type { LocalGraph } from './local-graph.ts';
import type { Position } from './position.ts';
import type { SessionRecord } from './session-records.ts';

/** One run of the attached graph from its start to its end. */
export interface RootRun {
  readonly runId: string;
  readonly session: SessionId;
  readonly record: SessionRecord;
  /** False: nothing can come back to this session. */
  readonly hasThread: boolean;
  /** Runs inside that have not ended. */
  readonly runs: Set<string>;
  readonly dispatches: Set<Dispatch>;
  /** Open dispatches by their checkpoint namespace. */
  readonly byNamespace: Map<string, Dispatch>;
  /** Calls off the end of the run that comes when no node has run for long. */
  cancelIdle: (() => void) | undefined;
}

/** One run of one graph: the attached one or a subgraph inside a dispatch. */
export interface GraphRun {
  readonly local: LocalGraph | undefined;
  readonly enclosing: Dispatch | undefined;
  readonly position: Position;
  step: number;
  /** Dispatches of this superstep and of the one before by task, so that a retry takes the place of what failed. */
  current: Map<string, Dispatch>;
  previous: Map<string, Dispatch>;
  /** The dispatches of each node in the last superstep that had any. */
  readonly latest: Map<string, { readonly step: number; readonly tasks: Map<string, Dispatch> }>;
}

/** One activation of a node. */
export interface Dispatch {
  readonly id: DispatchId;
  readonly path: string;
  /** Name inside its own graph. */
  readonly name: string;
  readonly namespace: string;
  readonly root: RootRun;
  readonly enclosing: Dispatch | undefined;
  readonly after: readonly DispatchId[];
  readonly position: Position;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** True once it has made a call itself. */
  called: boolean;
  /** Model runs that have not ended. */
  readonly models: Set<string>;
  /** Names of the tools that have not ended, by run. */
  readonly tools: Map<string, string>;
  end: DispatchEnd | undefined;
  /** Where the `Command`s it returned lead. */
  goto: readonly string[];
}

/** What surrounds one run. */
export interface Scope {
  readonly root: RootRun;
  readonly position: Position;
  readonly dispatch: Dispatch | undefined;
  /** Set when the run is that of a graph. */
  readonly graph: GraphRun | undefined;
  /** True when the run is that of a node: it ends the dispatch. */
  readonly isNode: boolean;
}
