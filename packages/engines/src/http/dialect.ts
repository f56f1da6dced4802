import type {
  CallDraft,
  Capabilities,
  EngineLoad,
  PrefixRef,
  RequestBody,
  Usage,
} from '@entresol/runtime-core';
import type { Ancestry } from './ancestry.ts';
import type { CallOptions, EngineClient } from './engine-client.ts';

/** What a server says of itself. */
export interface ServerFacts {
  readonly version: string | undefined;
  /** Name of its first model. */
  readonly model: string;
  /** Tokens that its prefix cache holds; undefined when it does not say. */
  readonly cacheTokens: number | undefined;
  /** Tokens of one block: hits come in whole ones. */
  readonly blockTokens: number;
  /** False = prefix caching is off, and nothing that is kept or computed ahead is ever used. */
  readonly cachesPrefixes: boolean;
  /** Options of the driver that this server was not started for; they are not used. */
  readonly withoutEffect?: readonly 'priority'[];
}

/** Usage of a request of our own. */
export interface OwnUsage extends Usage {
  /** Tokens that came up from slower memory, where that is told. */
  readonly loaded?: number;
}

/** What a request of our own is for. */
export interface OwnRequest {
  readonly prefix: PrefixRef;
  readonly why: 'prefetch' | 'retain';
  /** Is the runtime's order of worth carried out now? */
  readonly orders: boolean;
}

/** What is particular to one kind of server with an automatic prefix cache. */
export interface Dialect {
  readonly engine: string;
  /** What it can do as far as is known; asked after `probe`, and before when the server is not up yet. */
  readonly capabilities: Capabilities;
  /** Lends it what is known of which prompt goes on from which; absent where that is of no use. */
  prompts?(ancestry: Ancestry): void;
  /** Rejects with an `EngineError` when this is another kind of server. */
  probe(client: EngineClient): Promise<ServerFacts>;
  /**
   * The app's own fields win, except where tenants are kept apart.
   * @param orders is the runtime's order of worth carried out now?
   */
  decorate(body: RequestBody, draft: CallDraft, orders: boolean): RequestBody;
  /** A chat completion that computes the prompt and one token; `body` is what the runtime remembers of it. */
  warmUp(body: RequestBody, own: OwnRequest): RequestBody;
  /** Computes a prompt and no token; undefined when this one must go as a chat completion. */
  prefill?(
    client: EngineClient,
    body: RequestBody,
    own: OwnRequest,
    options: CallOptions,
  ): Promise<OwnUsage | undefined>;
  /**
   * Gives a prefix up, or makes it an early victim; absent where the engine evicts by age alone.
   * @returns why it did not, or undefined when it did
   */
  release?(client: EngineClient, prefix: PrefixRef): Promise<string | undefined>;
  /** Does it stand behind all that was not pushed? Absent where nothing can be pushed. */
  isPushed?(prefix: PrefixRef): boolean;
  /** Takes back all that was pushed: from now on the engine's own order holds. */
  takeBack?(client: EngineClient): Promise<void>;
  /** The server is gone, and what was pushed with it. */
  gone?(): void;
  /** Usage of a reply; absent = as OpenAI writes it. */
  usage?(reply: unknown): OwnUsage | undefined;
  /** Requests on the engine, whoever sent them. */
  load(client: EngineClient): Promise<Pick<EngineLoad, 'running' | 'waiting'>>;
}
