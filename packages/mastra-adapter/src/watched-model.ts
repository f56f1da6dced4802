import { isObject } from './mastra-shape.ts';
import type { AgentShape } from './mastra-shape.ts';
import { modelProxy } from './model-proxy.ts';
import type { ModelWatch } from './model-proxy.ts';

type Resolve = (context: unknown) => unknown;

/** Of each function that stands in the place of a model or a choice of models: what it stands for. */
const originals = new WeakMap<object, unknown>();

/**
 * A configuration of an agent's model under which each model that Mastra resolves from the original one is watched.
 * Strings, objects, functions and lists of fallbacks keep their meaning.
 */
export function watchedModel(agent: AgentShape, original: unknown, watch: ModelWatch): unknown {
  const known = new WeakMap<object, object>();
  const proxied = (model: unknown): unknown => {
    if (!isObject(model)) return model;
    const proxy = known.get(model) ?? modelProxy(model, watch);
    known.set(model, proxy);
    return proxy;
  };
  const resolved = (modelConfig: unknown): Resolve =>
    standing(modelConfig, async (context) => {
      const requestContext: unknown = isObject(context) ? context['requestContext'] : undefined;
      return proxied(await agent.getModel({ requestContext, modelConfig }));
    });
  const listed = (list: readonly unknown[]): readonly unknown[] =>
    list.map((entry) =>
      isObject(entry) && 'model' in entry ? { ...entry, model: resolved(entry['model']) } : entry,
    );
  if (Array.isArray(original)) return listed(original);
  if (typeof original !== 'function') return resolved(original);
  return standing(original, async (context) => {
    const chosen: unknown = await Reflect.apply(original, undefined, [context]);
    return Array.isArray(chosen) ? listed(chosen) : resolved(chosen)(context);
  });
}

/** What the app means by a configuration that it may have read, whole or in part, while it was watched. */
export function unwatchedModel(configuration: unknown): unknown {
  if (Array.isArray(configuration)) {
    const list: readonly unknown[] = configuration;
    return list.map((entry) =>
      isObject(entry) && 'model' in entry
        ? { ...entry, model: unwatchedModel(entry['model']) }
        : entry,
    );
  }
  if (typeof configuration !== 'function') return configuration;
  return originals.has(configuration) ? originals.get(configuration) : configuration;
}

function standing(original: unknown, resolve: Resolve): Resolve {
  originals.set(resolve, original);
  return resolve;
}
