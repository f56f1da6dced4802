import type {
  CachePrices,
  CallDraft,
  CallPlan,
  Capabilities,
  Milliseconds,
  ModelApi,
  PrefixId,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import type { HostedPrompt } from './hosted-chain.ts';
import type { BilledUsage } from './hosted-usage.ts';
import type { HostedApi } from './model-call.ts';
import type { TokenPrices } from './price-list.ts';

/** A body with what was written into it, and the life that each prefix is given by it. */
export interface Decorated {
  readonly body: RequestBody;
  readonly lives: ReadonlyMap<PrefixId, Milliseconds>;
}

/** The longest earlier prompt that this one goes on from and that is still held. */
export interface EarlierPrompt {
  readonly id: PrefixId;
  /** Messages of it behind the head, which are the first ones of this prompt. */
  readonly messages: number;
  readonly ttlMs: Milliseconds;
}

/** A request of our own. */
export interface OwnRequest {
  /** Behind the base URL. */
  readonly path: string;
  readonly body: RequestBody;
}

/** Reads the usage out of a reply: the whole of it, or one payload of a stream after the other. */
export interface UsageReader {
  see(payload: unknown): void;
  readonly billed: BilledUsage | undefined;
}

/** What is particular to one provider. */
export interface HostedDialect {
  readonly engine: string;
  /** Key of the price file; undefined = only prices of the user's own. */
  readonly provider: string | undefined;
  readonly apis: readonly ModelApi[];
  readonly capabilities: Capabilities;
  /** False = calls are only measured: nothing is written into them, and nothing is taken to be held. */
  readonly follows: boolean;
  /** May a stream be asked for the usage that its app did not ask for? The chunk that is one too many is folded away. */
  readonly asksForUsage: boolean;
  /** @throws {EngineError} `bad-request` on a body without a prompt */
  prompt(body: RequestBody): HostedPrompt;
  /** Undefined = goes out as the app wrote it. */
  decorate(
    body: RequestBody,
    plan: CallPlan,
    draft: CallDraft,
    earlier: EarlierPrompt | undefined,
  ): Decorated | undefined;
  usageReader(api: HostedApi): UsageReader;
  /** Undefined where the provider caches nothing that anybody could choose. */
  cachePrices(model: string, prices: TokenPrices): CachePrices | undefined;
  /** How long the provider keeps this prefix of a call unasked; undefined = it does not. */
  unaskedLifeMs(prefix: PrefixRef): Milliseconds | undefined;
  /** Shortest prefix that is kept at all. */
  minTokens(model: string): number;
  /** A request that does next to nothing but read or write the prefix; undefined = cannot be made of this body. */
  warmUp(body: RequestBody, prefix: PrefixRef, ttlMs: Milliseconds): OwnRequest | undefined;
}
