import type { CallDraft, EngineDriver, RequestBody } from '@entresol/runtime-core';
import { z } from 'zod';
import {
  CachingServer,
  type CachingServerInfo,
  type CachingServerOptions,
} from '../http/caching-server.ts';
import type { CallStats } from '../http/call-counters.ts';
import type { Dialect, OwnRequest, ServerFacts } from '../http/dialect.ts';
import { endsInHead, goingOn, oneToken } from '../http/warm-up-body.ts';
import type { EngineClient } from '../http/engine-client.ts';
import { firstModel } from '../http/models.ts';
import { readMetrics, sumOf } from '../http/prometheus.ts';
import { TenantSalts } from '../http/tenant-salts.ts';

export interface VLLMOptions extends CachingServerOptions {
  /** True when no other process sends requests to this engine; then its idle time is ours. False by default. */
  readonly exclusive?: boolean;
  /** True when the server was started with `--scheduling-policy priority`: warm-ups then go behind every request. */
  readonly priority?: boolean;
  /**
   * Keys the salts that keep tenants apart (`cache_salt`); the same in every process that shares the engine. Random for
   * this process by default.
   */
  readonly saltSecret?: string;
}

/** A vLLM server (V1 engine). */
export interface VLLMEngine extends EngineDriver {
  /** @throws {EngineError} `closed` before `open`; what kept the server from being reached until it was once */
  info(): CachingServerInfo;
  stats(): CallStats;
}

const engine = 'vllm';
/** Smaller is sooner: behind everything that a request would ask for. */
const warmUpPriority = 1_000_000;
const usualBlockTokens = 16;
const versionSchema = z.object({ version: z.string() });
const configMetric = 'vllm:cache_config_info';
const loadMetrics = { running: 'vllm:num_requests_running', waiting: 'vllm:num_requests_waiting' };

/**
 * vLLM's automatic prefix cache, kept in order by touches and filled by requests of one token.
 * @throws {EngineError} `bad-url`
 */
export function vllm(options: VLLMOptions): VLLMEngine {
  return new CachingServer(new VLLMDialect(options), options);
}

class VLLMDialect implements Dialect {
  readonly engine = engine;
  readonly capabilities: Dialect['capabilities'];
  readonly #salts: TenantSalts;
  readonly #priority: boolean;

  constructor({ exclusive = false, priority = false, saltSecret }: VLLMOptions) {
    this.#salts = new TenantSalts(saltSecret);
    this.#priority = priority;
    this.capabilities = {
      retention: 'touch',
      prefetch: 'one-token',
      drop: false,
      demote: false,
      extraRequestsCostMoney: false,
      minWarmTokens: 64,
      exclusive,
    };
  }

  async probe(client: EngineClient): Promise<ServerFacts> {
    const [{ version }, model, metrics] = await Promise.all([
      client.get('/version', versionSchema),
      firstModel(client),
      client.text('GET', '/metrics', undefined),
    ]);
    const [config] = readMetrics(metrics, [configMetric]);
    const { block_size: block, enable_prefix_caching: caching } = config?.labels ?? {};
    return {
      version,
      model,
      cacheTokens: cacheTokensOf(config?.labels ?? {}),
      blockTokens: positive(block) ?? usualBlockTokens,
      cachesPrefixes: caching !== 'False',
    };
  }

  decorate(body: RequestBody, { scope }: CallDraft): RequestBody {
    // A tenant must not choose whose cache it reads, nor push others aside.
    if (scope.namespace === '') return body;
    const { cache_salt: _salt, priority: _priority, ...rest } = body;
    return { ...rest, cache_salt: this.#salts.of(scope.namespace) };
  }

  warmUp(body: RequestBody, { prefix, why }: OwnRequest): RequestBody {
    const { namespace } = prefix.scope;
    return {
      ...oneToken(why === 'retain' ? goingOn(body) : body),
      // A head alone ends where every prompt of its role goes on, and not with the beginning of an answer.
      ...(endsInHead(body) ? { add_generation_prompt: false } : {}),
      ...(this.#priority ? { priority: warmUpPriority } : {}),
      ...(namespace === '' ? {} : { cache_salt: this.#salts.of(namespace) }),
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
}

/** Newer servers say it in tokens, older ones in blocks. */
function cacheTokensOf(labels: Readonly<Record<string, string>>): number | undefined {
  const { kv_cache_size_tokens: tokens, num_gpu_blocks: blocks, block_size: size } = labels;
  const blockCount = positive(blocks);
  const blockTokens = positive(size);
  const product =
    blockCount === undefined || blockTokens === undefined ? undefined : blockCount * blockTokens;
  return positive(tokens) ?? product;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return value > 0 ? value : undefined;
}
