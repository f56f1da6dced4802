import type {
  CallDraft,
  Capabilities,
  EngineDriver,
  PrefixRef,
  RequestBody,
} from '@entresol/runtime-core';
import { z } from 'zod';
import type { Ancestry } from '../http/ancestry.ts';
import type { CallStats } from '../http/call-counters.ts';
import {
  CachingServer,
  type CachingServerInfo,
  type CachingServerOptions,
} from '../http/caching-server.ts';
import type { Dialect, OwnRequest, OwnUsage, ServerFacts } from '../http/dialect.ts';
import type { CallOptions, EngineClient } from '../http/engine-client.ts';
import { firstModel } from '../http/models.ts';
import { readMetrics, sumOf } from '../http/prometheus.ts';
import { isTextOnly } from '../http/prompt-chain.ts';
import { readUsage } from '../http/reply-usage.ts';
import { TenantSalts } from '../http/tenant-salts.ts';
import { endsInHead, goingOn, oneToken } from '../http/warm-up-body.ts';
import { offersPrefill, prefill } from './prefill.ts';
import { SessionClosings } from './session-closings.ts';
import { SessionReferences } from './session-references.ts';
import { loadedTokens } from './tiers.ts';
import { isAtLeast } from './version.ts';

export interface SGLangOptions extends CachingServerOptions {
  /** True when no other process sends requests to this engine; then its idle time is ours. False by default. */
  readonly exclusive?: boolean;
  /**
   * True when warm-ups are to go behind every request, for which the server needs `--enable-priority-scheduling`;
   * `info().withoutEffect` says when it was started without. False by default.
   */
  readonly priority?: boolean;
  /**
   * Keys the salts that keep tenants apart; the same in every process that shares the engine. Random for this process by
   * default.
   */
  readonly saltSecret?: string;
}

/** An SGLang server. */
export interface SGLangEngine extends EngineDriver {
  /** @throws {EngineError} `closed` before `open`; what kept the server from being reached until it was once */
  info(): CachingServerInfo;
  stats(): CallStats;
}

const engine = 'sglang';
/** Behind everything that a request would ask for: larger is sooner, unless the server was told otherwise. */
const warmUpPriority = { largerFirst: -1_000_000, smallerFirst: 1_000_000 } as const;
/** From here on a session references prompts, and closing it makes them ordinary; before, closing it evicted them. */
const referencesFrom = [0, 5, 17] as const;
/** Sessions in the radix cache at all. */
const sessionsFrom = [0, 5, 15] as const;
const saltsFrom = [0, 5, 18] as const;

const infoSchema = z.object({
  version: z.string(),
  page_size: z.number().int().positive().nullish(),
  max_total_num_tokens: z.number().int().positive().nullish(),
  disable_radix_cache: z.boolean().nullish(),
  enable_cache_report: z.boolean().nullish(),
  enable_session_radix_cache: z.boolean().nullish(),
  enable_priority_scheduling: z.boolean().nullish(),
  schedule_low_priority_values_first: z.boolean().nullish(),
});

const loadMetrics = { running: 'sglang:num_running_reqs', waiting: 'sglang:num_queue_reqs' };

/**
 * SGLang's radix cache: what a session references is evicted last, so calls are sent under names, and the names of what
 * is worth least are closed. Prompts are brought by requests that generate nothing, or one token.
 * @throws {EngineError} `bad-url`
 */
export function sglang(options: SGLangOptions): SGLangEngine {
  return new CachingServer(new SGLangDialect(options), options);
}

class SGLangDialect implements Dialect {
  readonly engine = engine;
  readonly #salts: TenantSalts;
  readonly #options: SGLangOptions;
  readonly #references = new SessionReferences();
  readonly #closings = new SessionClosings();
  /** Set by `probe`. */
  #client: EngineClient | undefined;
  /** What closing a session does; `none` where there are no sessions. */
  #closing: 'none' | 'evicts' | 'dereferences' = 'none';
  #saltField: 'cache_salt' | 'extra_key' = 'cache_salt';
  /** True when a reply without cached tokens had none: SGLang leaves a 0 away. */
  #reportsCached = false;
  /** Undefined where warm-ups go like requests. */
  #priority: number | undefined;
  #prefills = false;
  #model = '';

  constructor(options: SGLangOptions) {
    this.#options = options;
    this.#salts = new TenantSalts(options.saltSecret);
  }

  get capabilities(): Capabilities {
    return {
      retention: this.#closing === 'dereferences' ? 'push' : 'touch',
      prefetch: this.#prefills ? 'prefill-only' : 'one-token',
      drop: this.#closing === 'evicts',
      demote: this.#closing === 'dereferences',
      extraRequestsCostMoney: false,
      minWarmTokens: 64,
      exclusive: this.#options.exclusive ?? false,
    };
  }

  prompts(ancestry: Ancestry): void {
    this.#references.goesOn = (whole, earlier) => ancestry.has(whole, earlier);
  }

  async probe(client: EngineClient): Promise<ServerFacts> {
    const [info, model] = await Promise.all([
      client.get('/server_info', infoSchema),
      firstModel(client),
    ]);
    this.#prefills = await offersPrefill(client, model);
    this.#client = client;
    this.#model = model;
    const sessions = info.enable_session_radix_cache === true;
    if (!sessions || !isAtLeast(info.version, sessionsFrom)) this.#closing = 'none';
    else this.#closing = isAtLeast(info.version, referencesFrom) ? 'dereferences' : 'evicts';
    this.#saltField = isAtLeast(info.version, saltsFrom) ? 'cache_salt' : 'extra_key';
    this.#reportsCached = info.enable_cache_report === true;
    const wanted = this.#options.priority === true;
    // A server that does not say is taken at the word of whoever set the option.
    const schedules = info.enable_priority_scheduling !== false;
    const { smallerFirst, largerFirst } = warmUpPriority;
    const last = info.schedule_low_priority_values_first === true ? smallerFirst : largerFirst;
    this.#priority = wanted && schedules ? last : undefined;
    return {
      version: info.version,
      model,
      cacheTokens: info.max_total_num_tokens ?? undefined,
      blockTokens: info.page_size ?? 1,
      cachesPrefixes: info.disable_radix_cache !== true,
      withoutEffect: wanted && !schedules ? ['priority'] : [],
    };
  }

  decorate(body: RequestBody, { scope, prefixes }: CallDraft, orders: boolean): RequestBody {
    if (scope.namespace === '') return { ...body, ...this.#named(body, prefixes.at(-1), orders) };
    // A tenant must not choose whose cache it reads, nor push others aside.
    const {
      cache_salt: _salt,
      extra_key: _key,
      priority: _priority,
      session_id: _session,
      ...rest
    } = body;
    return {
      ...rest,
      ...this.#named(rest, prefixes.at(-1), orders),
      ...this.#salt(scope.namespace),
    };
  }

  warmUp(body: RequestBody, own: OwnRequest): RequestBody {
    return {
      ...oneToken(own.why === 'retain' ? goingOn(body) : body),
      // A head alone ends where every prompt of its role goes on, and not with the beginning of an answer.
      ...(endsInHead(body) ? { add_generation_prompt: false } : {}),
      return_cached_tokens_details: true,
      ...this.#fields(own),
    };
  }

  /** What is retained goes as a chat: what a server registers of a request without a token is not documented. */
  async prefill(
    client: EngineClient,
    body: RequestBody,
    own: OwnRequest,
    options: CallOptions,
  ): Promise<OwnUsage | undefined> {
    const { model = this.#model } = body;
    if (!this.#prefills || own.why === 'retain') return undefined;
    if (model !== this.#model || !isTextOnly(body)) return undefined;
    return prefill(client, body, this.#fields(own), options);
  }

  async release(client: EngineClient, prefix: PrefixRef): Promise<string | undefined> {
    const names = this.#references.close(prefix);
    if (names.length === 0 && this.#closings.unheard === 0) return 'it goes by age already';
    await this.#closings.close(client, names);
    return undefined;
  }

  isPushed(prefix: PrefixRef): boolean {
    return this.#closing === 'dereferences' && this.#references.isOpen(prefix);
  }

  async takeBack(client: EngineClient): Promise<void> {
    await this.#closings.close(client, this.#references.closeAll());
  }

  gone(): void {
    this.#references.closeAll();
    this.#closings.forget();
  }

  usage(reply: unknown): OwnUsage | undefined {
    const usage = readUsage(reply);
    if (usage === undefined) return undefined;
    const loaded = loadedTokens(reply);
    return {
      ...usage,
      ...(usage.cacheRead === undefined && this.#reportsCached ? { cacheRead: 0 } : {}),
      ...(loaded === undefined ? {} : { loaded }),
    };
  }

  async load(client: EngineClient): Promise<{ running: number; waiting: number }> {
    const { running, waiting } = loadMetrics;
    const samples = readMetrics(await client.text('GET', '/metrics', undefined), [
      running,
      waiting,
    ]);
    return { running: sumOf(samples, running), waiting: sumOf(samples, waiting) };
  }

  #salt(namespace: string): RequestBody {
    return { [this.#saltField]: this.#salts.of(namespace) };
  }

  #fields({ prefix, orders }: OwnRequest): RequestBody {
    const { namespace } = prefix.scope;
    return {
      ...(this.#priority === undefined ? {} : { priority: this.#priority }),
      ...(this.#closing === 'dereferences' ? this.#named({}, prefix, orders) : {}),
      ...(namespace === '' ? {} : this.#salt(namespace)),
    };
  }

  /** A request has one session: the app's own, of either kind, stays. */
  #named(body: RequestBody, prefix: PrefixRef | undefined, orders: boolean): RequestBody {
    if (!orders || this.#closing === 'none' || prefix === undefined) return {};
    if ('session_id' in body || 'session_params' in body) return {};
    const { name, closed } = this.#references.nameOf(prefix);
    if (this.#client !== undefined && closed.length > 0) {
      // What the server did not hear of is told again with the next.
      this.#closings.close(this.#client, closed).catch(() => undefined);
    }
    return { session_id: name };
  }
}
