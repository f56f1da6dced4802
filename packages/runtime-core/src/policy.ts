import type { Directive, InlineOccasion } from './directives.ts';
import type { RuntimeEvent } from './events.ts';
import type {
  AgentId,
  CacheScope,
  CallId,
  EndpointId,
  Milliseconds,
  PrefixRef,
  SessionId,
} from './identities.ts';
import type { Intent } from './intents.ts';
import type { RequestLayout, RequestToLayOut } from './request-layout.ts';
import type { CostModel, EngineLoad, Residency } from './residency.ts';

/** `off`: not asked. `shadow`: observes and predicts, nothing is done. `on`: its acts are carried out. */
export type PolicyMode = 'off' | 'shadow' | 'on';

/** `continued-prompts`: `call-start` says which earlier prompt it continues. */
export type PolicyWant = 'continued-prompts';

/**
 * One pluggable policy over the four primitives. Synchronous and total: effects are data. A policy that throws is
 * isolated, counted, and switched off after repeated faults; the app never notices.
 */
export interface Policy {
  readonly name: string;
  /** Undefined = the endpoint's default: `on` where the engine is the process's own, else `shadow`. */
  readonly mode?: PolicyMode;
  /** Can its effect on one session reach another? Decides how it may be measured. */
  readonly interference: 'none' | 'endpoint';
  /**
   * What becomes of that which the policy would have been asked about when it fails. Default `open`: it goes on as if the
   * policy were not there. `closed`, for safety and budgets: it is rejected, also where the adapter cannot ask for the
   * approval that the policy wants; such a policy acts where it has no mode, and after `stopActing()`.
   */
  readonly failure?: 'open' | 'closed';
  /** Facts that cost time on the request path and are gathered only where a policy wants them. */
  readonly wants?: readonly PolicyWant[];
  observe?(event: RuntimeEvent, context: PolicyContext): void;
  /** A member present = a service offered. Two policies of one runtime offering the same one is an error at start-up. */
  readonly predict?: {
    nextAgent?(query: PredictionQuery, context: PolicyContext): readonly Prediction[];
    /**
     * Share of a prefix that is expected to be used again within `withinMs` of now, in [0, 1], a call that is under way
     * with it not counted. Never falls as the time grows.
     */
    reuse?(prefix: PrefixRef, withinMs: Milliseconds, context: PolicyContext): number | undefined;
    outputTokens?(
      draft: CallDraft,
      context: PolicyContext,
    ): { readonly p50: number; readonly p90: number } | undefined;
  };
  readonly score?: {
    /** What a prefix is worth keeping for `horizonMs`. Costs come from `context.cost`, so no policy knows an engine. */
    prefix?(prefix: PrefixRef, horizonMs: Milliseconds, context: PolicyContext): Worth | undefined;
    /** 0..1, larger = sooner. */
    call?(draft: CallDraft, context: PolicyContext): number | undefined;
    /** Expected milliseconds saved by sending the call there. */
    endpoint?(
      endpoint: EndpointId,
      draft: CallDraft,
      context: PolicyContext,
    ): Milliseconds | undefined;
    /** Probability in [0, 1] that the step is allowed and wanted. */
    transition?(session: SessionId, to: AgentId, context: PolicyContext): number | undefined;
  };
  readonly act?: {
    /**
     * On the request path, before a request is drafted: the same request in another layout, or undefined = as it is.
     * Policies are asked in the order in which they are listed, each with what the one before made of it. In `shadow` it is
     * asked too, and its answer is not used. Whatever fails, the request goes out as the app wrote it.
     */
    layout?(request: RequestToLayOut, context: PolicyContext): RequestLayout | undefined;
    /** On the request path: synchronous, merged into one plan. */
    inline?(occasion: InlineOccasion, context: PolicyContext): readonly Directive[];
    /** Off the path: wishes, executed or refused later. Never eviction verbs: order follows from `score`. */
    background?(occasion: BackgroundOccasion, context: PolicyContext): readonly Intent[];
  };
  /** Plain JSON; the host stores it through the `StateStore` port and hands it back. `load` throws on what it does not accept. */
  readonly state?: { readonly version: number; save(): unknown; load(saved: unknown): void };
}

/** What a policy may ask. Valid during the call it was handed to. */
export interface PolicyContext {
  readonly nowMs: Milliseconds;
  /** The one provider's answer; `[]` without one. */
  nextAgent(query: PredictionQuery): readonly Prediction[];
  /** Services never re-enter: a cycle returns undefined. */
  worth(prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined;
  readonly residency: Residency;
  cost(scope: CacheScope): CostModel;
  load(endpoint: EndpointId): EngineLoad;
  /**
   * Prefix that `agent` would send in `session` as far as it is known now: its newest own prompt there, else the role
   * head last seen for the agent; undefined when never seen. Text stays in the host.
   */
  nextPrefix(agent: AgentId, session: SessionId): PrefixRef | undefined;
}

export interface PredictionQuery {
  readonly session: SessionId;
  /** The branch's last call; undefined = the session's most recent one. */
  readonly after?: CallId;
}
export interface Prediction {
  readonly agent: AgentId | 'PAUSE' | 'END';
  /** In [0, 1]; over all predictions of a query the sum is at most 1. */
  readonly probability: number;
  readonly gapMs?: { readonly median: Milliseconds };
}

/** What holding a prefix is worth. */
export interface Worth {
  /** Probability in [0, 1] that it is used again within the asked horizon. */
  readonly reuse: number;
  /** Engine time that one reuse saves. */
  readonly gainMs: Milliseconds;
  /** Orders victims: expected saving (ms) per byte and occupied second; higher stays, 0 = worthless. */
  readonly keep: number;
}

/** A call about to be sent. */
export interface CallDraft {
  readonly call: CallId;
  readonly agent: AgentId;
  readonly session: SessionId;
  readonly scope: CacheScope;
  readonly prefixes: readonly PrefixRef[];
  readonly inputTokens: number;
}

export type BackgroundOccasion =
  | {
      readonly type: 'gap';
      readonly session: SessionId;
      readonly why: 'tool' | 'user' | 'decode';
      readonly after: CallId;
    }
  | { readonly type: 'session-pause' | 'session-close'; readonly session: SessionId }
  | { readonly type: 'tick' };
