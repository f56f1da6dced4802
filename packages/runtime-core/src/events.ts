import type {
  AgentId,
  CallId,
  DispatchId,
  EndpointId,
  Milliseconds,
  PrefixRef,
  SessionId,
  TenantId,
  WorkloadId,
} from './identities.ts';
import type { Outcome, Verification } from './intents.ts';
import type { ContinuedPrompt } from './prompt-continuity.ts';
import type { EngineLoad, Tier } from './residency.ts';
import type { Topology } from './topology.ts';
import type { Usage } from './usage.ts';

interface At {
  readonly atMs: Milliseconds;
  readonly workload: WorkloadId;
  readonly tenant?: TenantId;
}
interface InSession extends At {
  readonly session: SessionId;
}
interface InCall extends InSession {
  readonly call: CallId;
  readonly dispatch: DispatchId;
  readonly agent: AgentId;
}

/** Why a session will not come back. */
export type SessionCloseReason = 'told' | 'idle' | 'run-without-thread';
export type DispatchEnd = 'done' | 'failed' | 'interrupted' | 'handed-off' | 'aborted';

/**
 * Everything policies learn from: past facts as plain JSON, named `<noun>-<verb>`. A recording of them is a replay.
 * No event carries prompt text.
 */
export type RuntimeEvent =
  | (At & { readonly type: 'topology-declare'; readonly topology: Topology })
  | (InSession & { readonly type: 'session-start' })
  /** A run is over and the session may come back. */
  | (InSession & { readonly type: 'session-pause' })
  /** The session will not come back. */
  | (InSession & { readonly type: 'session-close'; readonly why: SessionCloseReason })
  /** `parent` contains this dispatch (subgraph, delegation); `after` are the dispatches that caused it (a join has several). */
  | (InSession & {
      readonly type: 'dispatch-start';
      readonly dispatch: DispatchId;
      readonly agent: AgentId;
      readonly parent?: DispatchId;
      readonly after: readonly DispatchId[];
    })
  | (InSession & {
      readonly type: 'dispatch-end';
      readonly dispatch: DispatchId;
      readonly how: DispatchEnd;
    })
  /**
   * A call is queued: the symbol of the transition model. `previous` is the causally preceding call of this branch,
   * never the last one seen. `prefixes` is its chain, shortest first. `attempt` counts from 1.
   */
  | (InCall & {
      readonly type: 'call-start';
      readonly previous?: CallId;
      readonly prefixes: readonly PrefixRef[];
      readonly attempt: number;
      /** What it has in common with an earlier prompt of its agent in the session; told where a policy wants it. */
      readonly continues?: ContinuedPrompt;
    })
  /** It is sent, after its hold and `waitedMs` in the queue in front of its endpoint, 0 where there is none. */
  | (InCall & { readonly type: 'call-send'; readonly waitedMs: Milliseconds })
  | (InCall & { readonly type: 'call-first-token' })
  | (InCall & { readonly type: 'call-end'; readonly usage?: Usage })
  | (InCall & { readonly type: 'call-fail'; readonly code: string })
  | (InSession & {
      readonly type: 'tool-start' | 'tool-end' | 'tool-fail';
      readonly tool: string;
      readonly dispatch: DispatchId;
    })
  | (At & {
      readonly type: 'engine-store' | 'engine-remove';
      readonly prefix: PrefixRef;
      readonly tier: Tier;
      readonly cause?: 'capacity' | 'policy' | 'reset';
    })
  | (At & {
      readonly type: 'engine-pressure';
      readonly endpoint: EndpointId;
      readonly load: EngineLoad;
    })
  /** `session`: for whom it was done, where it was for one; `endpoint`: where. */
  | (At & {
      readonly type: 'intent-settle';
      readonly outcome: Outcome;
      readonly session?: SessionId;
      readonly endpoint?: EndpointId;
    })
  | (At & { readonly type: 'intent-verify'; readonly verification: Verification });

export type RuntimeEventType = RuntimeEvent['type'];
export type EventOf<T extends RuntimeEventType> = Extract<RuntimeEvent, { readonly type: T }>;
