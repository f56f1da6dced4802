import { isManagedFetch } from '@entresol/runtime-core';
import { isObject } from '../mastra-shape.ts';
import { unwatchedModel } from '../watched-model.ts';

/** A model that was found without running anything. */
export interface SurveyedModel {
  /** Path of the agent that asks it. */
  readonly agent: string;
  readonly provider?: string;
  readonly model?: string;
  /**
   * `runtime`: its requests go through a runtime. `own`: it was given another `fetch`. `global`: it has none, and uses
   * `globalThis.fetch`. `router`: a name or a configuration from which Mastra makes it. `chosen`: a function says which,
   * call by call.
   */
  readonly client: 'runtime' | 'own' | 'global' | 'router' | 'chosen';
}

/** All that an agent's `model` may be: one, or a list of fallbacks. */
export function surveyModels(agent: string, configuration: unknown): readonly SurveyedModel[] {
  const original = unwatchedModel(configuration);
  if (!Array.isArray(original)) return [surveyModel(agent, original)];
  return original.map((entry: unknown) =>
    surveyModel(agent, isObject(entry) && 'model' in entry ? entry['model'] : entry),
  );
}

function surveyModel(agent: string, model: unknown): SurveyedModel {
  if (typeof model === 'function') return { agent, client: 'chosen' };
  if (typeof model === 'string') return { agent, model, client: 'router' };
  if (!isObject(model)) return { agent, client: 'chosen' };
  const named = {
    agent,
    ...(typeof model['provider'] === 'string' ? { provider: model['provider'] } : {}),
    ...nameOf(model),
  };
  // What Mastra makes models of has no way to answer.
  if (typeof model['doStream'] !== 'function') return { ...named, client: 'router' };
  const { config } = model;
  // Models of the AI SDK keep their provider's settings under this name.
  const fetch = isObject(config) ? config['fetch'] : undefined;
  if (fetch === undefined) return { ...named, client: isObject(config) ? 'global' : 'own' };
  return { ...named, client: isManagedFetch(fetch) ? 'runtime' : 'own' };
}

function nameOf(model: Readonly<Record<string, unknown>>): { readonly model?: string } {
  const name = model['modelId'] ?? model['id'];
  return typeof name === 'string' ? { model: name } : {};
}
