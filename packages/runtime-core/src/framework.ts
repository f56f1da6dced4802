import type { RequestBody } from './engine-driver.ts';
import type { RuntimeEvent } from './events.ts';
import type { AgentId, CallId, DispatchId, SessionId, WorkloadId } from './identities.ts';
import type { Clock, Ids } from './ports.ts';
import type { Topology } from './topology.ts';

/** The framework's half of `act`: what an adapter can carry out. A missing ability = the directive is refused and counted. */
export interface FrameworkPort {
  readonly can: ReadonlySet<`${'hold' | 'reject' | 'approve' | 'serve'}-${'call' | 'tool' | 'transition'}`>;
}

/** Whose request it is. Said by the adapter, which alone can know. */
export interface CallIdentity {
  readonly workload: WorkloadId;
  readonly session: SessionId;
  /** The same for every attempt of one call. */
  readonly call: CallId;
  readonly dispatch: DispatchId;
  readonly agent: AgentId;
  /** The causally preceding call of this branch; undefined at the start of a session. */
  readonly previous?: CallId;
  /** Counts from 1; above 1 for an HTTP retry of the same call. */
  readonly attempt: number;
  /** Metadata of the run, for `tenantOf`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One attached framework instance, as the runtime sees it. */
export interface FrameworkLink {
  readonly port: FrameworkPort;
  /** Which pending call this request body belongs to; undefined = not ours. Synchronous, never throws. */
  identify(body: RequestBody): CallIdentity | undefined;
}

/** What the runtime lends an adapter: everything an adapter needs, and nothing of engines or policies. */
export interface AdapterHost {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Never throws, never awaits. */
  observe(event: RuntimeEvent): void;
  /** Registers an attached instance; returns its own undo. */
  link(framework: FrameworkLink): () => void;
  /**
   * Claims a workload id for a topology.
   * @throws {RuntimeConfigError} code `workload-conflict` when the id was given by hand for an unlike topology
   */
  claimWorkload(workload: WorkloadId, topology: Topology): void;
}

/** What `attach` returns. */
export interface Attachment {
  readonly workload: WorkloadId;
  topology(): Topology;
  /** Removes every trace of the attachment from the app. Idempotent. */
  detach(): void;
}
