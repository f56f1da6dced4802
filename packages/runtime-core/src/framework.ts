import type { InlineOccasion, ToolOutcome } from './directives.ts';
import type { RequestBody } from './engine-driver.ts';
import type { RuntimeEvent } from './events.ts';
import type { AgentId, CallId, DispatchId, SessionId, WorkloadId } from './identities.ts';
import type { Clock, Ids } from './ports.ts';
import type { Topology } from './topology.ts';

/** Something an adapter can do to what an app is about to do. */
export type Ability =
  `${'hold' | 'reject' | 'approve' | 'serve'}-${'call' | 'tool' | 'transition'}`;

/** The framework's half of `act`: what an adapter can carry out. A missing ability = the directive is refused and counted. */
export interface FrameworkPort {
  readonly can: ReadonlySet<Ability>;
  /** Told of each directive that was refused, such as `serve-transition` or `queue-call`. */
  refused?(directive: string): void;
}

/** A tool or a transition that waits to be let through. */
export type PassageOccasion = Extract<
  InlineOccasion,
  { readonly type: 'tool' } | { readonly type: 'transition' }
>;

/** What becomes of it. `ran`, where present, is to be told once how the tool ended; it never throws. */
export type PassageVerdict =
  | { readonly verdict: 'go'; readonly ran?: (outcome: ToolOutcome) => void }
  | { readonly verdict: 'reject'; readonly reason: string }
  /** The user is asked; on anything but a yes it is rejected. */
  | {
      readonly verdict: 'approve';
      readonly question: string;
      readonly ran?: (outcome: ToolOutcome) => void;
    }
  /** The value stands for the result of the tool. */
  | { readonly verdict: 'serve'; readonly value: unknown };

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
  /** True when some policy may act inline. While false, an adapter need not stand in the way of anything. */
  readonly actsInline: boolean;
  /**
   * Asks the policies before a tool runs or a transition happens. Undefined = go, at once: nobody had anything to say.
   * Otherwise resolves when every hold is over and every lookup answered or late; never rejects.
   */
  passage(
    occasion: PassageOccasion,
    port: FrameworkPort,
    signal?: AbortSignal,
  ): Promise<PassageVerdict> | undefined;
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
