import type {
  CallDraft,
  Capabilities,
  EngineLoad,
  PrefixRef,
  RequestBody,
  Usage,
} from '@entresol/runtime-core';
import type { EngineClient } from './engine-client.ts';

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
}

/** What is particular to one kind of server with an automatic prefix cache. */
export interface Dialect {
  readonly engine: string;
  /** What it can do as far as is known; asked after `probe`, and before when the server is not up yet. */
  readonly capabilities: Capabilities;
  /** Rejects with an `EngineError` when this is another kind of server. */
  probe(client: EngineClient): Promise<ServerFacts>;
  /** The app's own fields win, except where tenants are kept apart. */
  decorate(body: RequestBody, draft: CallDraft): RequestBody;
  /** A chat completion that computes the prompt and one token; `body` is what the runtime remembers of it. */
  warmUp(body: RequestBody, prefix: PrefixRef, why: 'prefetch' | 'retain'): RequestBody;
  /** Gives a prefix up, or makes it an early victim; absent where the engine evicts by age alone. */
  release?(client: EngineClient, prefix: PrefixRef): Promise<void>;
  /** Usage of a reply; absent = as OpenAI writes it. */
  usage?(reply: unknown): Usage | undefined;
  /** Requests on the engine, whoever sent them. */
  load(client: EngineClient): Promise<Pick<EngineLoad, 'running' | 'waiting'>>;
}
