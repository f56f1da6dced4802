import type { CallPlan } from './directives.ts';
import type { MissingEffect } from './effect-watch.ts';
import type { EngineBill } from './engine-bill.ts';
import type { RuntimeEvent } from './events.ts';
import type { EvictionOrder } from './eviction-order.ts';
import type { CacheScope, EndpointId, Milliseconds, PrefixLink, PrefixRef } from './identities.ts';
import type { Outcome, Ticket } from './intents.ts';
import type { CallDraft, Worth } from './policy.ts';
import type { Clock } from './ports.ts';
import type { CostModel, EngineLoad, Residency, Tier } from './residency.ts';
import type { ModelApi } from './responses-api.ts';
import type { Usage } from './usage.ts';

/** A request body of one of the APIs that are read, parsed and otherwise untouched. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** Request head for a warm-up. */
export type WirePrompt =
  | { readonly form: 'tokens'; readonly ids: Int32Array }
  | { readonly form: 'chat'; readonly body: RequestBody };

/** One thing the engine could give up, with what would really be lost: another copy or a lower tier softens the loss. */
export interface VictimCandidate {
  readonly handle: string;
  readonly loses: readonly {
    readonly prefix: PrefixRef;
    /** Tokens of the prefix that would be gone from this place. */
    readonly tokens: number;
    /** Where another copy of them stays; undefined = they must be recomputed. */
    readonly copyIn?: Tier;
  }[];
  readonly freesBytes: number;
  /** Where it lies; those of different tiers never compete. Default `device`. */
  readonly tier?: Tier;
  readonly lastUsedAtMs: Milliseconds;
}

/** What the runtime lends a driver. All synchronous: it may be called under the engine's lock. */
export interface EngineHost {
  readonly clock: Clock;
  /** Is somebody's order of worth carried out on this engine now? False in shadow, after the kill switch, in a trial's pauses. */
  readonly orders: boolean;
  /** Indices of `candidates`, first victim first; undefined = no opinion (no policy, shadow, fault, kill switch): use your own LRU. */
  rank(candidates: readonly VictimCandidate[]): readonly number[] | undefined;
  /** Undefined = no opinion. */
  worth(prefix: PrefixRef, horizonMs: Milliseconds): Worth | undefined;
  /** Rises whenever any worth may have changed: block engines key a lazy heap on it instead of calling `rank` per block. */
  readonly worthVersion: number;
  /** Exact request head for a warm-up. From memory only, bounded, per tenant; undefined when it is gone. */
  materialise(prefix: PrefixRef): WirePrompt | undefined;
  emit(event: RuntimeEvent): void;
  settle(outcome: Outcome): void;
}

export interface Capabilities {
  /** How an order of worth reaches the engine: it asks us; we push classes; we touch; we choose a life; not at all. */
  readonly retention: 'ask' | 'push' | 'touch' | 'ttl' | 'none';
  readonly prefetch: 'restore' | 'prefill-only' | 'one-token' | 'none';
  readonly drop: boolean;
  readonly demote: boolean;
  readonly extraRequestsCostMoney: boolean;
  readonly minWarmTokens: number;
  /** True when no other process uses the engine: listed policies are then `on` by default and its idle time is ours. */
  readonly exclusive: boolean;
}

/** How requests reach the engine. */
export interface Transport {
  /** Base of its API, `/v1` included. */
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Talks to one engine and owns residency and cost. Knows no policy, no agent framework. Never throws for "not supported". */
export interface EngineDriver {
  readonly endpoint: EndpointId;
  readonly transport: Transport;
  /** The requests that are calls to it; others pass as they are. Absent = OpenAI's chat completions and responses. */
  readonly apis?: readonly ModelApi[];
  readonly residency: Residency;
  readonly cost: CostModel;
  /** Where models differ in what they cost: that of one of them. Absent = `cost` is true of all. */
  costOf?(scope: CacheScope): CostModel;
  /** Connects, probes and says what the engine can do. */
  open(host: EngineHost): Promise<Capabilities>;
  /** Frees everything; settles open tickets as `cancelled`. Idempotent. */
  close(): Promise<void>;
  /** Prefix chain of a request, shortest first; synchronous, memoised per piece of text. Throws on a body it cannot render. */
  identify(body: RequestBody, scope: CacheScope): readonly PrefixLink[];
  /** The body to send; the app's own values win. A driver may remember the draft until that request arrives. */
  decorate(body: RequestBody, plan: CallPlan, draft: CallDraft): RequestBody;
  /** Normalised usage of a reply or of a stream's last chunk. */
  usage(reply: unknown): Usage | undefined;
  load(): EngineLoad;
  /** What it would give up next, where age alone decides that; absent where nobody can tell. From memory, no waiting. */
  evictionOrder?(): EvictionOrder;
  /** What the driver itself does not seek of the engine, since that did not show it, or said so. */
  missing?(): readonly MissingEffect[];
  /** Tokens and dollars so far; absent where calls cost nothing. */
  bill?(): EngineBill;
  /** Starts and returns; the end comes through `host.settle` exactly once, so a simulator needs no promises. Never throws. */
  submit(ticket: Ticket): void;
}
