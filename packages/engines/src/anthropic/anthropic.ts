import type {
  CachePrices,
  CallDraft,
  CallPlan,
  Milliseconds,
  ModelApi,
  PrefixId,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import { EngineClient } from '../http/engine-client.ts';
import { parseServerURL } from '../http/server-url.ts';
import type {
  Decorated,
  EarlierPrompt,
  HostedDialect,
  OwnRequest,
} from '../hosted/hosted-dialect.ts';
import type { HostedEngine, HostedOptions } from '../hosted/hosted-engine.ts';
import { HostedServer } from '../hosted/hosted-server.ts';
import { cachePricesOf, type TokenPrices } from '../hosted/price-list.ts';
import { markHead, markMessages, ownMarks } from './breakpoints.ts';
import { messagesPrompt } from './messages-prompt.ts';
import { MessagesUsage } from './messages-usage.ts';
import { leastMinimum, minimumLength } from './minimum-length.ts';

export interface AnthropicOptions extends HostedOptions {
  /** `https://api.anthropic.com` by default; with or without `/v1`. */
  readonly baseURL?: string;
}

/** Anthropic's own API. */
export type AnthropicEngine = HostedEngine;

const engine = 'anthropic';
const defaultBaseURL = 'https://api.anthropic.com';
const version = '2023-06-01';

/**
 * Anthropic's prompt cache, which keeps what is marked and nothing else: breakpoints behind tools, system prompt and
 * history, with the life that is foreseen to be the cheapest.
 * @throws {EngineError} `bad-url`
 */
export function anthropic(options: AnthropicOptions = {}): AnthropicEngine {
  const { api: baseURL } = parseServerURL(options.baseURL ?? defaultBaseURL, engine);
  const { apiKey } = options;
  const client = new EngineClient({
    engine,
    root: baseURL,
    apiKey: undefined,
    headers: {
      'anthropic-version': version,
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
    },
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 10_000,
  });
  return new HostedServer(new AnthropicDialect(), options, { baseURL, client });
}

class AnthropicDialect implements HostedDialect {
  readonly engine = engine;
  readonly provider = 'anthropic';
  readonly apis: readonly ModelApi[] = ['/messages'];
  readonly follows = true;
  readonly asksForUsage = false;
  readonly capabilities: HostedDialect['capabilities'] = {
    retention: 'ttl',
    prefetch: 'prefill-only',
    drop: false,
    demote: false,
    extraRequestsCostMoney: true,
    minWarmTokens: leastMinimum,
    exclusive: false,
  };

  prompt(body: RequestBody): ReturnType<HostedDialect['prompt']> {
    return messagesPrompt(body, engine);
  }

  usageReader(): MessagesUsage {
    return new MessagesUsage();
  }

  minTokens(model: string): number {
    return minimumLength(model);
  }

  unaskedLifeMs(): undefined {}

  cachePrices(_model: string, prices: TokenPrices): CachePrices | undefined {
    return cachePricesOf(prices, []);
  }

  decorate(
    body: RequestBody,
    { lives }: CallPlan,
    { prefixes }: CallDraft,
    earlier: EarlierPrompt | undefined,
  ): Decorated | undefined {
    const role = prefixes.find(({ session }) => session === undefined);
    const whole = prefixes.findLast(({ session }) => session !== undefined);
    const own = ownMarks(body);
    if (own !== undefined) {
      return { body, lives: livesOf([role, own.head], [whole, own.whole]) };
    }
    if (lives === undefined) return undefined;
    const wanted = new Map(lives.map(({ prefix, ttlMs }) => [prefix, ttlMs]));
    return withMarks(body, {
      role: { prefix: role, ttlMs: role && wanted.get(role.id) },
      whole: { prefix: whole, ttlMs: whole && wanted.get(whole.id) },
      earlier,
    });
  }

  /** What is there is read, what is not is written, and nothing is said. */
  warmUp(body: RequestBody, { session }: PrefixRef, ttlMs: Milliseconds): OwnRequest | undefined {
    const { stream: _stream, cache_control: _mark, ...rest } = body;
    const bare = { ...rest, max_tokens: 0 };
    const path = '/messages';
    if (ownMarks(bare) !== undefined) return { path, body: speaking(bare) };
    if (session === undefined) {
      const head = markHead(bare, ttlMs);
      return head && { path, body: speaking(head) };
    }
    // Other fields would be another prompt, and with these no request may end before its first token.
    if (thinks(body) || body['output_config'] !== undefined || body['output_format'] !== undefined)
      return undefined;
    const messages = Array.isArray(body['messages']) ? body['messages'].length : 0;
    const marked = markMessages(bare, messages, ttlMs);
    return marked && { path, body: marked };
  }
}

interface Wanted {
  readonly prefix: PrefixRef | undefined;
  readonly ttlMs: Milliseconds | undefined;
}

/**
 * At most four marks: tools, system, the end of the session's earlier prompt, the end of this one. A longer life must not
 * stand behind a shorter one, so that the head lives at least as long as the session.
 */
function withMarks(
  body: RequestBody,
  {
    role,
    whole,
    earlier,
  }: {
    readonly role: Wanted;
    readonly whole: Wanted;
    readonly earlier: EarlierPrompt | undefined;
  },
): Decorated {
  let sent = body;
  const kept = new Map<PrefixId, Milliseconds>();
  if (role.prefix !== undefined && role.ttlMs !== undefined) {
    const ttlMs = Math.max(role.ttlMs, whole.ttlMs ?? 0, earlier?.ttlMs ?? 0);
    const marked = markHead(sent, ttlMs);
    if (marked !== undefined) {
      sent = marked;
      kept.set(role.prefix.id, ttlMs);
    }
  }
  // Looked for from here also where twenty blocks and more have come since; and read where nothing new is to be written.
  if (earlier !== undefined && earlier.ttlMs >= (whole.ttlMs ?? 0)) {
    sent = markMessages(sent, earlier.messages, earlier.ttlMs) ?? sent;
  }
  if (whole.prefix !== undefined && whole.ttlMs !== undefined) {
    const messages = Array.isArray(body['messages']) ? body['messages'].length : 0;
    const marked = markMessages(sent, messages, whole.ttlMs);
    if (marked !== undefined) {
      sent = marked;
      kept.set(whole.prefix.id, whole.ttlMs);
    }
  }
  return { body: sent, lives: kept };
}

function livesOf(
  ...given: readonly (readonly [PrefixRef | undefined, Milliseconds | undefined])[]
): ReadonlyMap<PrefixId, Milliseconds> {
  const kept = new Map<PrefixId, Milliseconds>();
  for (const [prefix, ttlMs] of given) {
    if (prefix !== undefined && ttlMs !== undefined) kept.set(prefix.id, ttlMs);
  }
  return kept;
}

/** A head alone is no request: somebody has to say something behind it. */
function speaking(body: RequestBody): RequestBody {
  const { messages } = body;
  if (Array.isArray(messages) && messages.length > 0) return body;
  return { ...body, messages: [{ role: 'user', content: '.' }] };
}

function thinks({ thinking }: RequestBody): boolean {
  return (
    typeof thinking === 'object' &&
    thinking !== null &&
    'type' in thinking &&
    thinking.type !== 'disabled'
  );
}
