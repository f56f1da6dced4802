import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';

/**
 * The run that the async context says is current. It is undefined inside `model.stream()` and in nodes that are
 * runnables, and another one's when a model limits its concurrency; so it is asked last.
 */
export function contextRunId(): string | undefined {
  return runIdOf(AsyncLocalStorageProviderSingleton.getRunnableConfig());
}

/** The run inside which something with this config is invoked. */
export function runIdOf(config: { readonly callbacks?: unknown } | undefined): string | undefined {
  const callbacks = config?.callbacks;
  if (typeof callbacks !== 'object' || callbacks === null) return undefined;
  if (!('getParentRunId' in callbacks) || typeof callbacks.getParentRunId !== 'function') {
    return undefined;
  }
  const runId: unknown = callbacks.getParentRunId();
  return typeof runId === 'string' ? runId : undefined;
}
