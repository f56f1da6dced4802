import { EngineError } from '@entresol/runtime-core';
import { z } from 'zod';
import type { EngineClient } from '../http/engine-client.ts';
import { readMetrics } from '../http/prometheus.ts';
import type { EngineKind } from './examination.ts';

/** What a server says of itself without being asked to compute anything. */
export interface ServerIdentity {
  readonly kind: EngineKind;
  readonly version: string | null;
  /** Names of the models that it lists, the first one first. */
  readonly models: readonly string[];
  /** False where it says that its prefix cache is off; undefined where it says nothing. */
  readonly cachesPrefixes: boolean | undefined;
  /** Flags that it says it was started with or without. */
  readonly flags: Readonly<Record<string, boolean>>;
}

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().nullish() })),
});
const versionSchema = z.object({ version: z.string() });
const propsSchema = z.object({
  total_slots: z.number(),
  build_info: z.string().nullish(),
});
const infoSchema = z.object({
  version: z.string(),
  disable_radix_cache: z.boolean(),
  enable_cache_report: z.boolean().nullish(),
  enable_session_radix_cache: z.boolean().nullish(),
  enable_priority_scheduling: z.boolean().nullish(),
  enable_metrics: z.boolean().nullish(),
});
const cacheMetric = 'vllm:cache_config_info';

/**
 * Asks the endpoints by which the kinds of servers differ.
 * @throws {EngineError} where it cannot be reached, or does not take our key
 */
export async function identifyServer(client: EngineClient): Promise<ServerIdentity> {
  const { data } = await client.get('/v1/models', modelsSchema);
  const models = data.map(({ id }) => id);
  const owner = data[0]?.owned_by ?? '';
  const other = (kind: EngineKind, version: string | null): ServerIdentity => ({
    kind,
    version,
    models,
    cachesPrefixes: undefined,
    flags: {},
  });
  const info = await ifAny(() => client.get('/server_info', infoSchema));
  if (info !== undefined) {
    return {
      ...other('sglang', info.version),
      cachesPrefixes: !info.disable_radix_cache,
      flags: {
        '--enable-cache-report': info.enable_cache_report === true,
        '--enable-session-radix-cache': info.enable_session_radix_cache === true,
        '--enable-priority-scheduling': info.enable_priority_scheduling === true,
        '--enable-metrics': info.enable_metrics === true,
      },
    };
  }
  const props = await ifAny(() => client.get('/props', propsSchema));
  if (props !== undefined) {
    const saves = await savesSlots(client);
    return {
      ...other('llama-server', props.build_info ?? null),
      flags: saves === undefined ? {} : { '--slot-save-path': saves },
    };
  }
  const [version, metrics] = await Promise.all([
    ifAny(() => client.get('/version', versionSchema)),
    ifAny(() => client.text('GET', '/metrics', undefined)),
  ]);
  if (owner !== 'vllm' && metrics?.includes('vllm:') !== true) {
    return other('openai-compatible', version?.version ?? null);
  }
  const [config] = readMetrics(metrics ?? '', [cacheMetric]);
  const caching = config?.labels['enable_prefix_caching'];
  return {
    ...other('vllm', version?.version ?? null),
    cachesPrefixes: caching === undefined ? undefined : caching !== 'False',
  };
}

/** Asks for an act that does not exist: the server looks for its folder first, and touches no slot either way. */
async function savesSlots(client: EngineClient): Promise<boolean | undefined> {
  try {
    await client.text('POST', '/slots/0?action=none', '{}');
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status === 501) return false;
    return error.status === 400 ? true : undefined;
  }
}

/** Undefined where the server has no such endpoint, or answers something else there. */
async function ifAny<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'timed-out') return undefined;
    throw error;
  }
}
