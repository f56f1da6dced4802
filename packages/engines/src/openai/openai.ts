import {
  systemClock,
  type CachePrices,
  type CallDraft,
  type CallPlan,
  type Milliseconds,
  type ModelApi,
  type PrefixId,
  type PrefixLife,
  type PrefixRef,
  type RequestBody,
} from '@entresol/runtime-core';
import { EngineClient } from '../http/engine-client.ts';
import { oneToken } from '../http/warm-up-body.ts';
import { apiURL } from '../hosted/api-url.ts';
import { openAIPrompt } from '../hosted/chat-prompt.ts';
import type { Decorated, HostedDialect, OwnRequest } from '../hosted/hosted-dialect.ts';
import type { HostedEngine, HostedOptions } from '../hosted/hosted-engine.ts';
import { HostedServer } from '../hosted/hosted-server.ts';
import { LastUsage } from '../hosted/last-usage.ts';
import { cachePricesOf, type TokenPrices } from '../hosted/price-list.ts';
import { CacheKeys } from './cache-keys.ts';
import { markHead, marksItself } from './head-breakpoint.ts';
import { familyOf } from './model-family.ts';

export interface OpenAIOptions extends HostedOptions {
  /** `https://api.openai.com/v1` by default. */
  readonly baseURL?: string;
  /**
   * May prompts be kept for 24 hours where that is foreseen to pay (`prompt_cache_retention: "24h"`)? It is what OpenAI
   * does by default, except for organisations without data retention: for those it must be their own decision. False by
   * default.
   */
  readonly extendedRetention?: boolean;
}

/** OpenAI's own API. */
export type OpenAIEngine = HostedEngine;

const engine = 'openai';
const defaultBaseURL = 'https://api.openai.com/v1';
const minuteMs: Milliseconds = 60_000;
/** Kept unasked for 5 to 10 minutes after the last use; the shorter is relied on. */
const inMemoryMs = 5 * minuteMs;
const extendedMs = 24 * 60 * minuteMs;
const breakpointMs = 30 * minuteMs;
/** Shortest prompt that is cached at all. */
const minTokens = 1_024;

/**
 * OpenAI's prompt cache: calls of a role meet under one key; from GPT-5.6 on, only what is foreseen to come again is
 * written.
 * @throws {EngineError} `bad-url`
 */
export function openai(options: OpenAIOptions = {}): OpenAIEngine {
  const baseURL = apiURL(options.baseURL ?? defaultBaseURL, engine);
  const client = new EngineClient({
    engine,
    root: baseURL,
    apiKey: options.apiKey,
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 10_000,
  });
  return new HostedServer(new OpenAIDialect(options), options, { baseURL, client });
}

class OpenAIDialect implements HostedDialect {
  readonly engine = engine;
  readonly provider = 'openai';
  readonly apis: readonly ModelApi[] = ['/chat/completions', '/responses'];
  readonly follows = true;
  readonly asksForUsage = true;
  readonly capabilities: HostedDialect['capabilities'] = {
    retention: 'ttl',
    prefetch: 'one-token',
    drop: false,
    demote: false,
    extraRequestsCostMoney: true,
    minWarmTokens: minTokens,
    exclusive: false,
  };
  readonly #keys: CacheKeys;
  readonly #extends: boolean;

  constructor({ clock = systemClock, extendedRetention = false }: OpenAIOptions) {
    this.#keys = new CacheKeys(clock);
    this.#extends = extendedRetention;
  }

  prompt(body: RequestBody): ReturnType<HostedDialect['prompt']> {
    return openAIPrompt(body, engine);
  }

  usageReader(): LastUsage {
    return new LastUsage();
  }

  minTokens(): number {
    return minTokens;
  }

  /** From GPT-5.6 on, a head in front of the breakpoint is not found by itself. */
  unaskedLifeMs({ scope, session }: PrefixRef): Milliseconds | undefined {
    if (!familyOf(scope.model).breakpoints) return inMemoryMs;
    return session === undefined ? undefined : breakpointMs;
  }

  cachePrices(model: string, prices: TokenPrices): CachePrices | undefined {
    const { breakpoints, retention } = familyOf(model);
    if (breakpoints) return cachePricesOf(prices, []);
    const extended = retention && this.#extends ? [extendedMs] : [];
    return cachePricesOf(prices, [inMemoryMs, ...extended]);
  }

  decorate(
    body: RequestBody,
    { lives }: CallPlan,
    { prefixes, scope, session }: CallDraft,
  ): Decorated | undefined {
    if (lives === undefined) return undefined;
    const role = prefixes.find((prefix) => prefix.session === undefined);
    const keyed =
      role === undefined || typeof body['prompt_cache_key'] === 'string'
        ? body
        : { ...body, prompt_cache_key: this.#keyOf(role, session, body) };
    const family = familyOf(scope.model);
    if (family.breakpoints) return withBreakpoints(keyed, lives, prefixes);
    return family.retention ? withRetention(keyed, lives) : { body: keyed, lives: new Map() };
  }

  #keyOf(role: PrefixRef, session: string, body: RequestBody): string {
    return this.#keys.of(role, session, () => this.prompt(body).head);
  }

  warmUp(body: RequestBody, prefix: PrefixRef): OwnRequest | undefined {
    if (!Array.isArray(body['messages'])) return undefined;
    const { max_tokens: _max, ...rest } = oneToken(body);
    const keyed = { ...rest, max_completion_tokens: 1 };
    if (!familyOf(prefix.scope.model).breakpoints)
      return { path: '/chat/completions', body: keyed };
    const marked = markHead(keyed);
    return marked && { path: '/chat/completions', body: marked };
  }
}

/** The longest life that any of the prefixes is worth. */
function withRetention(body: RequestBody, lives: readonly PrefixLife[]): Decorated {
  const kept = new Map<PrefixId, Milliseconds>();
  const long = lives.filter(({ ttlMs }) => ttlMs === extendedMs);
  if (long.length === 0 || body['prompt_cache_retention'] !== undefined)
    return { body, lives: kept };
  for (const { prefix } of long) kept.set(prefix, extendedMs);
  return { body: { ...body, prompt_cache_retention: '24h' }, lives: kept };
}

/**
 * From GPT-5.6 on a prefix is found only where it was written to its very end, and a write costs more than plain input.
 * The role's end gets a breakpoint where the role is worth a write; OpenAI's own breakpoint behind the last message stays
 * where the session is worth one, and where nobody knows.
 */
function withBreakpoints(
  body: RequestBody,
  lives: readonly PrefixLife[],
  prefixes: readonly PrefixRef[],
): Decorated {
  const kept = new Map<PrefixId, Milliseconds>();
  if (marksItself(body)) return { body, lives: kept };
  const byId = new Map(lives.map((life) => [life.prefix, life]));
  let sent = body;
  const role = prefixes.find(({ session }) => session === undefined);
  if (role !== undefined && byId.get(role.id)?.ttlMs !== undefined && role.tokens >= minTokens) {
    const marked = markHead(sent);
    if (marked !== undefined) {
      sent = marked;
      kept.set(role.id, breakpointMs);
    }
  }
  const whole = prefixes.findLast(({ session }) => session !== undefined);
  const wanted = whole && byId.get(whole.id);
  if (whole !== undefined && wanted !== undefined && wanted.ttlMs === undefined) {
    sent = { ...sent, prompt_cache_options: { mode: 'explicit' } };
  } else if (whole !== undefined) kept.set(whole.id, breakpointMs);
  return { body: sent, lives: kept };
}
