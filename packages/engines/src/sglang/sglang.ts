import type {
  CallDraft,
  Capabilities,
  EngineDriver,
  PrefixRef,
  RequestBody,
  Usage,
} from '@entresol/runtime-core';
import { z } from 'zod';
import type { CallStats } from '../http/call-counters.ts';
import {
  CachingServer,
  type CachingServerInfo,
  type CachingServerOptions,
} from '../http/caching-server.ts';
import type { Dialect, ServerFacts } from '../http/dialect.ts';
import type { EngineClient } from '../http/engine-client.ts';
import { firstModel } from '../http/models.ts';
import { readMetrics, sumOf } from '../http/prometheus.ts';
import { readUsage } from '../http/reply-usage.ts';
import { TenantSalts } from '../http/tenant-salts.ts';
import { endsInHead, goingOn, oneToken } from '../http/warm-up-body.ts';
import { isAtLeast } from './version.ts';

export interface SGLangOptions extends CachingServerOptions {
  /** True when no other process sends requests to this engine; then its idle time is ours. False by default. */
  readonly exclusive?: boolean;
  /** True when the server was started with `--enable-priority-scheduling`: warm-ups then go behind every request. */
  readonly priority?: boolean;
  /**
   * Keys the salts that keep tenants apart and the names of session references; the same in every process that shares
   * the engine. Random for this process by default.
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
/** Larger is sooner: behind everything that a request would ask for. */
const warmUpPriority = -1_000_000;
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
});

const loadMetrics = { running: 'sglang:num_running_reqs', waiting: 'sglang:num_queue_reqs' };

/**
 * SGLang's radix cache: prompts are kept by session references where the server has them, and brought by requests of one
 * token.
 * @throws {EngineError} `bad-url`
 */
export function sglang(options: SGLangOptions): SGLangEngine {
  return new CachingServer(new SGLangDialect(options), options);
}

class SGLangDialect implements Dialect {
  readonly engine = engine;
  readonly #salts: TenantSalts;
  readonly #options: SGLangOptions;
  /** What closing a session does; `none` where there are no sessions. */
  #closing: 'none' | 'evicts' | 'dereferences' = 'none';
  #saltField: 'cache_salt' | 'extra_key' = 'cache_salt';
  /** True when a reply without cached tokens had none: SGLang leaves a 0 away. */
  #reportsCached = false;

  constructor(options: SGLangOptions) {
    this.#options = options;
    this.#salts = new TenantSalts(options.saltSecret);
  }

  get capabilities(): Capabilities {
    return {
      retention: this.#closing === 'dereferences' ? 'push' : 'touch',
      prefetch: 'one-token',
      drop: this.#closing === 'evicts',
      demote: this.#closing === 'dereferences',
      extraRequestsCostMoney: false,
      minWarmTokens: 64,
      exclusive: this.#options.exclusive ?? false,
    };
  }

  async probe(client: EngineClient): Promise<ServerFacts> {
    const [info, model] = await Promise.all([
      client.get('/server_info', infoSchema),
      firstModel(client),
    ]);
    const sessions = info.enable_session_radix_cache === true;
    if (!sessions || !isAtLeast(info.version, sessionsFrom)) this.#closing = 'none';
    else this.#closing = isAtLeast(info.version, referencesFrom) ? 'dereferences' : 'evicts';
    this.#saltField = isAtLeast(info.version, saltsFrom) ? 'cache_salt' : 'extra_key';
    this.#reportsCached = info.enable_cache_report === true;
    return {
      version: info.version,
      model,
      cacheTokens: info.max_total_num_tokens ?? undefined,
      blockTokens: info.page_size ?? 1,
      cachesPrefixes: info.disable_radix_cache !== true,
    };
  }

  decorate(body: RequestBody, { scope, prefixes }: CallDraft): RequestBody {
    const whole = prefixes.at(-1);
    const reference =
      this.#closing === 'none' || whole === undefined || 'session_id' in body
        ? {}
        : { session_id: this.#reference(whole) };
    if (scope.namespace === '') return { ...body, ...reference };
    // A tenant must not choose whose cache it reads, nor push others aside.
    const { cache_salt: _salt, extra_key: _key, priority: _priority, ...rest } = body;
    return { ...rest, ...reference, ...this.#salt(scope.namespace) };
  }

  warmUp(body: RequestBody, prefix: PrefixRef, why: 'prefetch' | 'retain'): RequestBody {
    return {
      ...oneToken(why === 'retain' ? goingOn(body) : body),
      // A head alone ends where every prompt of its role goes on, and not with the beginning of an answer.
      ...(endsInHead(body) ? { add_generation_prompt: false } : {}),
      ...(this.#options.priority === true ? { priority: warmUpPriority } : {}),
      ...(why === 'retain' && this.#closing !== 'none'
        ? { session_id: this.#reference(prefix) }
        : {}),
      ...(prefix.scope.namespace === '' ? {} : this.#salt(prefix.scope.namespace)),
    };
  }

  async release(client: EngineClient, prefix: PrefixRef): Promise<void> {
    const body = JSON.stringify({ session_id: this.#reference(prefix) });
    await client.text('POST', '/close_session', body);
  }

  usage(reply: unknown): Usage | undefined {
    const usage = readUsage(reply);
    if (usage === undefined || usage.cacheRead !== undefined || !this.#reportsCached) return usage;
    return { ...usage, cacheRead: 0 };
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

  /** One per conversation of an agent, and one per role head; it says nothing about either. */
  #reference({ id, agent, session, scope: { namespace } }: PrefixRef): string {
    const what = session === undefined ? ['role', id] : ['session', agent, session];
    return `entresol-${this.#salts.of(JSON.stringify([namespace, ...what]))}`;
  }
}
