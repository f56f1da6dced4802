import { EngineClient } from '../http/engine-client.ts';
import { apiURL } from '../hosted/api-url.ts';
import { openAIPrompt } from '../hosted/chat-prompt.ts';
import type { HostedDialect } from '../hosted/hosted-dialect.ts';
import type { HostedEngine, HostedOptions } from '../hosted/hosted-engine.ts';
import { HostedServer } from '../hosted/hosted-server.ts';
import { LastUsage } from '../hosted/last-usage.ts';

export interface OpenAICompatibleOptions extends HostedOptions {
  /** Base of the API as its clients take it, mostly with `/v1` at its end. */
  readonly baseURL: string;
}

/** Any server that speaks OpenAI's API. */
export type OpenAICompatibleEngine = HostedEngine;

const engine = 'openai-compatible';

/** Nothing is known of the server, so that nothing is done to it: calls are named, measured and sent as they are. */
const dialect: HostedDialect = {
  engine,
  provider: undefined,
  apis: ['/chat/completions', '/responses'],
  capabilities: {
    retention: 'none',
    prefetch: 'none',
    drop: false,
    demote: false,
    extraRequestsCostMoney: true,
    minWarmTokens: 0,
    exclusive: false,
  },
  follows: false,
  asksForUsage: false,
  prompt: (body) => openAIPrompt(body, engine),
  decorate: () => undefined,
  usageReader: () => new LastUsage(),
  cachePrices: () => undefined,
  unaskedLifeMs: () => undefined,
  minTokens: () => 0,
  warmUp: () => undefined,
};

/**
 * Observes and measures any OpenAI-compatible server.
 * @throws {EngineError} `bad-url`
 */
export function openaiCompatible(options: OpenAICompatibleOptions): OpenAICompatibleEngine {
  const baseURL = apiURL(options.baseURL, engine);
  const client = new EngineClient({
    engine,
    root: baseURL,
    apiKey: options.apiKey,
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 10_000,
  });
  return new HostedServer(dialect, options, { baseURL, client });
}
