import type {
  AgentId,
  CallId,
  EndpointId,
  Milliseconds,
  PrefixId,
  SessionId,
} from './identities.ts';
import type { CallDraft } from './policy.ts';

/** What is about to happen on the request path. */
export type InlineOccasion =
  | { readonly type: 'request'; readonly draft: CallDraft; readonly siblings: readonly CallId[] }
  | {
      readonly type: 'tool';
      readonly session: SessionId;
      readonly agent: AgentId;
      readonly tool: string;
      readonly args: unknown;
    }
  | {
      readonly type: 'transition';
      readonly session: SessionId;
      readonly from?: AgentId;
      readonly to: AgentId;
    };

export interface Hold {
  readonly kind: 'hold';
  readonly until: { readonly call: CallId; readonly event: 'call-first-token' | 'call-end' };
  readonly maxMs: Milliseconds;
}
/** Calls that share their turns, such as those of a tenant. */
export interface QueueFlow {
  readonly key: string;
  /** Share of the endpoint relative to the other flows that wait, above 0. */
  readonly weight: number;
  /**
   * Asked before each choice while a call of the flow waits: what the flow has used beyond the costs given so far (a
   * reply that was longer than expected, a warm-up), negative where it was less. What is answered is charged once and
   * then the policy's no more.
   */
  readonly owes?: () => number;
}

/**
 * With whom a call shares its turns while it waits in the queue in front of its endpoint. Where there is no such queue
 * the directive is refused and counted. Of several policies' wishes about one call the first listed policy's stands.
 */
export interface QueueWish extends QueueFlow {
  readonly kind: 'queue';
  /** What serving the call costs, in the policy's own unit, the same for all flows; less than 1 counts as 1. */
  readonly cost: number;
  /** The flow that this one is part of, such as the tenant of a run: its turns are shared by its parts. */
  readonly of?: QueueFlow;
}

export interface Annotation {
  /** 0..1, larger = sooner; the polarity on the wire is the driver's business. */
  readonly urgency?: number;
  readonly expectedOutputTokens?: number;
  readonly keepForMs?: Milliseconds;
}

/** How a tool ended. Only a `returned` value can be served later in place of another run. */
export type ToolOutcome =
  | { readonly how: 'returned'; readonly value: unknown }
  /** It failed, or its result is more than a value, such as a command to the framework. */
  | { readonly how: 'failed' | 'no-value' }
  /** Somebody refused it, or another policy served it. */
  | { readonly how: 'not-run' };

/** Inline decision about one call, tool or transition. */
export type Directive =
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'approve'; readonly question: string }
  /** Looked up by the host with a deadline; late or failed is a miss. Only for occasion `tool`. */
  | {
      readonly kind: 'serve';
      readonly lookup: (signal: AbortSignal) => Promise<{ readonly value: unknown } | undefined>;
      /** How long the lookup may take; undefined = the runtime's own deadline. */
      readonly withinMs?: Milliseconds;
      /** Told how the tool ended that the lookup could not stand for, where the adapter can say so. */
      readonly ran?: (outcome: ToolOutcome) => void;
    }
  /** Released by the event named, by the end or failure of that call, or after `maxMs`, whichever is first. */
  | Hold
  | QueueWish
  | { readonly kind: 'route'; readonly endpoint: EndpointId }
  | ({ readonly kind: 'annotate' } & Annotation);

/** How long a prefix should live in a hosted cache; undefined = it is not worth a write. */
export interface PrefixLife {
  readonly prefix: PrefixId;
  readonly ttlMs: Milliseconds | undefined;
}

/** One decision for one call, merged by the arbiter from the directives of all policies. */
export interface CallPlan {
  readonly verdict: 'go' | 'reject' | 'approve' | 'serve';
  readonly hold?: Hold;
  readonly queue?: QueueWish;
  readonly annotate: Annotation;
  readonly route?: EndpointId;
  readonly reason?: string;
  /**
   * On an engine whose cache is paid for by life: what each prefix of the call is worth, shortest prefix first. Those that
   * nobody has an opinion on are left out; undefined = nobody acts there, and the request is not touched.
   */
  readonly lives?: readonly PrefixLife[];
}
