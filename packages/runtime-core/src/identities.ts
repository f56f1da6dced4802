/** A string with a meaning the compiler can tell from another string. Any literal is assignable, so tests stay readable. */
type Brand<B extends string> = string & { readonly __brand?: B };

/** One application graph; the unit for which a transition model is learned. */
export type WorkloadId = Brand<'workload'>;
/** A node that calls a language model, named by path (`support/triage`). Low cardinality; never a user or run id. */
export type AgentId = Brand<'agent'>;
/** One conversation or thread. */
export type SessionId = Brand<'session'>;
/** One activation of an agent. */
export type DispatchId = Brand<'dispatch'>;
/** One language-model request of an agent: the symbol of the transition model. */
export type CallId = Brand<'call'>;
export type TenantId = Brand<'tenant'>;
/** One serving engine as the runtime was configured with it. */
export type EndpointId = Brand<'endpoint'>;
/** Digest of a prompt prefix inside one scope; never text. */
export type PrefixId = Brand<'prefix'>;
export type IntentId = Brand<'intent'>;
/** Monotonic milliseconds since an arbitrary fixed point. */
export type Milliseconds = number;

/** Where KV can be shared at all. Prefixes of different scopes are never equal, whatever their text. */
export interface CacheScope {
  readonly endpoint: EndpointId;
  readonly model: string;
  /** Tenant salt, LoRA, or `''` for the common one. */
  readonly namespace: string;
}

/**
 * One link of a prompt's prefix chain as an engine sees it: the driver knows tokens and text, and neither agents nor
 * sessions. A chain is ordered shortest first; the last link is the whole prompt.
 */
export interface PrefixLink {
  readonly id: PrefixId;
  /** Length from position 0, in tokens of the engine's model. */
  readonly tokens: number;
  /** `exact`: counted over rendered tokens. `derived`: estimated from canonical messages. */
  readonly tokensEvidence: 'exact' | 'derived';
  /** `role` = system prompt and tool schemas, the same in every session; `session` = what one session has added. */
  readonly kind: 'role' | 'session';
}

/** A prefix by identity, never by text. Role prefixes have no session; a session prefix names the role prefix it extends. */
export interface PrefixRef {
  readonly id: PrefixId;
  readonly scope: CacheScope;
  readonly agent: AgentId;
  readonly session?: SessionId;
  readonly parent?: PrefixId;
  readonly tokens: number;
  readonly tokensEvidence: 'exact' | 'derived';
}
